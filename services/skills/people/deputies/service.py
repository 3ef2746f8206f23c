"""Use cases of deputies."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.skills.people.deputies.models import Deputy
from services.skills.people.deputies.repository import DeputyRepository
from services.skills.people.deputies.rules import Cover
from services.skills.people.deputies.schemas import DeputyRead, DeputyWrite
from services.skills.people.models import Person
from services.skills.people.reading import display_name
from services.skills.people.repository import PersonRepository
from services.skills.people.rules import has_left
from services.skills.people.service import PersonService
from shared.contracts.skills.events import DeputyChanged
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Conflict, NotFound, Unprocessable
from shared.events.outbox import record
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.merge_patch import apply_patch


class DeputyTwice(Conflict):
    code, title = "deputy-twice", "They act for the person already on some of these days"


class DeputyService:
    """Those who act for people, as the caller may see and change them."""

    def __init__(self, session: AnySession, caller: Principal, today: date) -> None:
        self.session = session
        self.caller = caller
        self.today = today
        self.deputies = DeputyRepository(session)

    async def get(self, id: UUID) -> DeputyRead:
        """Raises NotFound, also for whom the caller may not see. Who is the deputy sees it."""
        deputy = await self.deputies.get(id)
        if self.caller.person_id != deputy.deputy_id:
            may_see = await PersonService(self.session).may_read(deputy.person_id, self.caller)
            self._demand(id, may_see)
        return (await self.read_many([deputy]))[0]

    async def create(self, person: Person, body: DeputyWrite) -> DeputyRead:
        """Raises Unprocessable, and DeputyTwice where the days meet."""
        deputy = Deputy(person_id=person.id, **await self._columns(person.id, body, None))
        return await self._written(await self.deputies.add(deputy))

    async def patch(self, id: UUID, patch: dict[str, Any], revision: int | None) -> DeputyRead:
        """Raises NotFound, PreconditionFailed, Unprocessable, DeputyTwice."""
        present = await self._find_led(id)
        written = DeputyWrite(deputy_id=str(present.deputy_id), starts_on=present.starts_on, ends_on=present.ends_on)
        columns = await self._columns(present.person_id, apply_patch(written, patch), present)
        new_revision = await self.deputies.change(id, revision, **columns)
        if new_revision == present.revision:
            return (await self.read_many([present]))[0]
        return await self._written(await self.deputies.get(id))

    async def delete(self, id: UUID, revision: int | None) -> None:
        """Take it back. Raises NotFound, PreconditionFailed."""
        deputy = await self._find_led(id)
        await self.deputies.bury(id, revision)
        await self._tell(deputy, deleted=True)

    async def read_many(self, deputies: Sequence[Deputy]) -> list[DeputyRead]:
        people = await PersonRepository(self.session).find_many(deputy.deputy_id for deputy in deputies)
        return [
            DeputyRead(
                **deputy.model_dump(exclude={"deleted_at"}),
                display_name=display_name(people[deputy.deputy_id]),
                acting=self._acts(deputy, people[deputy.deputy_id]),
            )
            for deputy in deputies
        ]

    async def _find_led(self, id: UUID) -> Deputy:
        """The deputy, if the caller is the person whom they act for, above that person, or may write people."""
        deputy = await self.deputies.get(id)
        people = PersonService(self.session)
        may_write = self.caller.has(Scope.PEOPLE_WRITE) or await people.may_read(deputy.person_id, self.caller)
        self._demand(id, may_write)
        return deputy

    def _demand(self, id: UUID, allowed: bool) -> None:
        if not allowed:
            raise NotFound(f"There is no deputy {id}.")

    async def _columns(self, person_id: UUID, body: DeputyWrite, present: Deputy | None) -> dict[str, Any]:
        deputy = await PersonService(self.session).demand(body.deputy_id, "/deputy_id")
        if deputy.id == person_id:
            raise Unprocessable("Nobody is their own deputy.", pointer="/deputy_id")
        if has_left(deputy.left_on, self.today):
            raise Unprocessable("They have left.", pointer="/deputy_id")
        cover = Cover(body.starts_on or self.today, body.ends_on)
        if cover.ends_on is not None and cover.ends_on < cover.starts_on:
            raise Unprocessable("That day is over.", pointer="/ends_on")
        for other in await self.deputies.of_pair(person_id, deputy.id):
            if (present is None or other.id != present.id) and cover.meets(Cover(other.starts_on, other.ends_on)):
                raise DeputyTwice("Change the dates of the one that there is.")
        return {"deputy_id": deputy.id, "starts_on": cover.starts_on, "ends_on": cover.ends_on}

    async def _written(self, deputy: Deputy) -> DeputyRead:
        await self._tell(deputy)
        return (await self.read_many([deputy]))[0]

    async def _tell(self, deputy: Deputy, *, deleted: bool = False) -> None:
        assert isinstance(self.session, UnitOfWork)
        columns = deputy.model_dump(include={"person_id", "deputy_id", "starts_on", "ends_on"})
        await record(self.session, DeputyChanged(**columns, deleted=deleted))

    def _acts(self, deputy: Deputy, person: Person) -> bool:
        here = person.active and person.deleted_at is None and not has_left(person.left_on, self.today)
        return here and Cover(deputy.starts_on, deputy.ends_on).covers(self.today)
