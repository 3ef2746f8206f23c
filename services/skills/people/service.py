"""Use cases of people: who is here, where they stand, who may see them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.skills.people.assignments.repository import LONG_AGO, AssignmentRepository
from services.skills.people.models import Person
from services.skills.people.org_units.service import OrgUnitService
from services.skills.people.reading import assignment_of, read_people
from services.skills.people.repository import PersonRepository
from services.skills.people.rules import Assignment, has_left, stands_anew, start_of
from services.skills.people.schemas import PersonRead, PersonWrite
from services.skills.roles.service import RoleService
from shared.contracts.skills.events import PersonCreated, PersonDeleted, PersonFact, PersonLeft, PersonUpdated
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Conflict, NotFound, Unprocessable
from shared.events.facts import Fact
from shared.events.outbox import record
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.references import References
from shared.schemas import ExternalId

Told = TypeVar("Told", bound=PersonFact)
# No person has this id: a signed-in user whom nobody has linked to a person sees nobody.
NOBODY = UUID(int=0)
# Fields of a person that are not told in facts under their own name.
SILENT = frozenset({"user_name_key"})


class UserNameTaken(Conflict):
    code, title = "user-name-taken", "The user name is taken"


class ManagerCircle(Unprocessable):
    code, title = "manager-circle", "Nobody is above themselves"


class PersonService:
    """People, as the HR system knows them."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.people = PersonRepository(session)
        self.assignments = AssignmentRepository(session)
        self.references = References(session, "person")

    async def readable(self, reference: str, caller: Principal) -> Person:
        """The person behind a reference, if the caller may read them. Raises NotFound otherwise: a foreign id
        answers exactly as a missing one.
        """
        person = await self.find_row(reference)
        if not await self.may_read(person.id, caller):
            raise NotFound(f"There is no person {reference}.")
        return person

    async def may_read(self, person_id: UUID, caller: Principal) -> bool:
        """Clients by their scope, administrators, the person, and everybody above them."""
        if caller.has(Scope.PEOPLE_READ):
            return True
        if caller.person_id is None:
            return False
        return caller.person_id == person_id or caller.person_id in await self.people.line_of(person_id)

    async def readable_among(self, person_ids: Collection[UUID], caller: Principal) -> set[UUID]:
        """Those of some people whom the caller may read."""
        if caller.has(Scope.PEOPLE_READ):
            return set(person_ids)
        if caller.person_id is None:
            return set()
        others = [id for id in person_ids if id != caller.person_id]
        below = await self.people.reports_among(caller.person_id, others) if others else set()
        return below | ({caller.person_id} & set(person_ids))

    async def find_row(self, reference: str) -> Person:
        """The person behind a reference in a path. Raises NotFound."""
        return await self.people.get(await self.references.get(reference))

    async def demand(self, reference: str, pointer: str) -> Person:
        """The person behind a reference in a body. Raises Unprocessable naming the place."""
        person = await self.people.find(await self.references.demand(reference, pointer))
        if person is None:
            raise Unprocessable(f"There is no person {reference}.", pointer=pointer)
        return person

    async def list_by_reference(self, references: Iterable[str]) -> dict[str, Person]:
        """Live people by reference; unknown ones are absent."""
        ids = await self.references.find_many(references)
        people = await self.people.find_many(ids.values())
        return {name: people[id] for name, id in ids.items() if id in people and people[id].deleted_at is None}

    async def find_signing_in(self, name: str) -> Person:
        """The one live person with this external id in any source, else this user name, else this e-mail.

        Raises NotFound where nobody has it, or more than one has.
        """
        owners = set(await self.references.owners_of(name))
        people = [p for p in (await self.people.find_many(owners)).values() if p.deleted_at is None]
        if not people and (by_name := await self.people.find_by_user_name(name)) is not None:
            people = [by_name]
        if len(people or (people := await self.people.with_email(name))) != 1:
            raise NotFound("Nobody, or more than one, has this name.")
        return people[0]

    async def create(self, body: PersonWrite, now: datetime) -> PersonRead:
        """Raises UserNameTaken, ManagerCircle, Conflict for a taken external id, Unprocessable."""
        _check_day(body, now)
        await self._check_user_name(body.user_name, None)
        person = await self.people.add(Person(**await self._columns(body, None)))
        # Who is first heard of without a day of hiring has stood there for as long as anybody knows.
        arrived = body.effective_from or person.hired_on
        await self.assignments.open(
            person.id, assignment_of(person), min(start_of(arrived), now) if arrived else LONG_AGO
        )
        facts: list[Fact] = [_fact(PersonCreated, person)]
        if person.left_on is not None:
            facts.append(_left(person))
        return await self._written(person, body, now, facts)

    async def replace(self, reference: str, body: PersonWrite, revision: int | None, now: datetime) -> PersonRead:
        """Write the whole person. Raises NotFound, PreconditionFailed, UserNameTaken, ManagerCircle, Conflict,
        Unprocessable.
        """
        _check_day(body, now)
        present = await self.find_row(reference)
        await self._check_user_name(body.user_name, present.id)
        columns = await self._columns(body, present)
        before = present.model_dump()
        stands_anew = await self._stands_anew(
            present.id, _assignment(before), _assignment(columns), body.effective_from
        )
        renamed = await self.references.differ(present.id, body.external_ids)
        await self.people.change(present.id, revision, also=stands_anew or renamed, **columns)
        person = await self.people.get(present.id)
        changed = sorted(name for name in columns if before[name] != columns[name] and name not in SILENT)
        if stands_anew:
            since = start_of(body.effective_from) if body.effective_from else now
            await self.assignments.open(person.id, assignment_of(person), since)
            changed = changed or ["effective_from"]
        facts: list[Fact] = [_fact(PersonUpdated, person, changed=changed)] if changed else []
        if before["left_on"] is None and person.left_on is not None:
            facts.append(_left(person))
        return await self._written(person, body, now, facts)

    async def upsert(
        self, external: ExternalId, body: PersonWrite, revision: int | None, now: datetime
    ) -> tuple[PersonRead, bool]:
        """Create or replace by external id; tells whether it was created. The same body again changes nothing.

        The person's ids in other systems stay, and so does their own choice about the expert finder.
        """
        reference = f"{external.source}:{external.external_id}"
        id = await self.references.find(reference)
        if id is None:
            return await self.create(_with_ids(body, [external]), now), True
        present = await self.people.get(id)
        body = _with_ids(body, [*(await self.references.of([id])).get(id, []), external])
        if "expert_finder" not in body.model_fields_set:
            body = body.model_copy(update={"expert_finder": present.expert_finder})
        if revision is None and await self._is_same(present, body):
            return await self.read(present), False
        return await self.replace(reference, body, revision, now), False

    async def choose_expert_finder(self, person: Person, agreed: bool, revision: int | None) -> PersonRead:
        """Let a person be found as an expert, or not any more. Raises PreconditionFailed."""
        assert isinstance(self.session, UnitOfWork)
        await self.people.change(person.id, revision, expert_finder=agreed)
        if agreed != person.expert_finder:
            await record(self.session, _fact(PersonUpdated, person, changed=["expert_finder"]))
        return await self.read(await self.people.get(person.id))

    async def delete(self, reference: str, revision: int | None, now: datetime) -> None:
        """Take the record away, leaving a tombstone. Raises NotFound, PreconditionFailed."""
        assert isinstance(self.session, UnitOfWork)
        person = await self.find_row(reference)
        await self.people.bury(person.id, revision)
        await self.assignments.end(person.id, now)
        await self.references.replace(person.id, [])
        await record(self.session, PersonDeleted(person_id=person.id))

    async def read(self, person: Person) -> PersonRead:
        return (await read_people(self.session, [person]))[0]

    async def read_at(self, person: Person, moment: datetime) -> PersonRead:
        """The person where they stood at a moment. Raises NotFound before they were here and after they left."""
        assignment = await self.assignments.at(person.id, moment)
        if assignment is None or has_left(person.left_on, moment.date()):
            raise NotFound("The person was not here then.")
        return (await read_people(self.session, [person], {person.id: assignment}))[0]

    async def written_form(self, person: Person) -> PersonWrite:
        """The body that would write the person as they are, for patches."""
        read = await self.read(person)
        fields = read.model_dump(mode="json", include=set(PersonWrite.model_fields))
        return PersonWrite.model_validate({**fields, "manager_id": fields["manager_id"] or read.awaited_manager})

    async def _written(self, person: Person, body: PersonWrite, now: datetime, facts: Sequence[Fact]) -> PersonRead:
        assert isinstance(self.session, UnitOfWork)
        await self.references.replace(person.id, body.external_ids)
        await record(self.session, *facts)
        await self._welcome(person, body.external_ids, now)
        return await self.read(await self.people.get(person.id))

    async def _welcome(self, manager: Person, external_ids: Sequence[ExternalId], now: datetime) -> None:
        """Those who named this person as their manager before they arrived report to them from now on."""
        assert isinstance(self.session, UnitOfWork)
        references = [f"{e.source}:{e.external_id}" for e in external_ids]
        for report in await self.people.awaiting(references):
            await self._check_circle(report.id, manager.id)
            await self.people.change(report.id, None, manager_id=manager.id, awaited_manager=None)
            report = await self.people.get(report.id)
            await self.assignments.open(report.id, assignment_of(report), now)
            await record(self.session, _fact(PersonUpdated, report, changed=["manager_id"]))

    async def _columns(self, body: PersonWrite, present: Person | None) -> dict[str, Any]:
        columns = body.model_dump(exclude={"org_unit", "role_id", "manager_id", "external_ids", "effective_from"})
        manager_id, awaited = await self._manager(body.manager_id)
        role_id = await self._role_id(body.role_id)
        if manager_id is not None and present is not None and manager_id != present.manager_id:
            await self._check_circle(present.id, manager_id)
        return columns | {
            "user_name_key": body.user_name.casefold(),
            "org_unit_id": await OrgUnitService(self.session).id_of_code(body.org_unit),
            "role_id": role_id,
            "unmatched_title": present.unmatched_title if present is not None and role_id is None else None,
            "manager_id": manager_id,
            "awaited_manager": awaited,
        }

    async def _manager(self, reference: str | None) -> tuple[UUID | None, str | None]:
        """The manager's id, or else the external id that is waited for."""
        if reference is None:
            return None, None
        manager_id = await self.references.find(reference)
        if manager_id is None:
            return None, reference
        if await self.people.find(manager_id) is None:
            raise Unprocessable(f"There is no person {reference}.", pointer="/manager_id")
        return manager_id, None

    async def _role_id(self, reference: str | None) -> UUID | None:
        if reference is None:
            return None
        found = await RoleService(self.session).list_by_reference([reference])
        if reference not in found:
            raise Unprocessable(f"There is no role {reference}.", pointer="/role_id")
        return found[reference]

    async def _check_circle(self, person_id: UUID, manager_id: UUID) -> None:
        await self.people.lock_chart()
        if manager_id == person_id or person_id in await self.people.line_of(manager_id):
            raise ManagerCircle("This manager reports to the person.", pointer="/manager_id")

    async def _check_user_name(self, user_name: str, id: UUID | None) -> None:
        other = await self.people.find_by_user_name(user_name)
        if other is not None and other.id != id:
            raise UserNameTaken(f"Somebody else has the user name {user_name}.")

    async def _is_same(self, present: Person, body: PersonWrite) -> bool:
        columns = await self._columns(body, present)
        known = set((await self.references.of([present.id])).get(present.id, []))
        stands = assignment_of(present)
        return (
            set(body.external_ids) == known
            and all(getattr(present, name) == columns[name] for name in columns)
            and not await self._stands_anew(present.id, stands, stands, body.effective_from)
        )

    async def _stands_anew(self, id: UUID, before: Assignment, after: Assignment, told: date | None) -> bool:
        begun = (await self.assignments.begun([id])).get(id) if told is not None else None
        return stands_anew(before, after, begun, told)


def _check_day(body: PersonWrite, now: datetime) -> None:
    if body.effective_from is not None and body.effective_from > now.date():
        raise Unprocessable("A move is told on its day or later.", pointer="/effective_from")


def seen_by(caller: Principal) -> UUID | None:
    """Whose eyes a list is seen with: None for clients that may read people, else the signed-in person."""
    return None if caller.has(Scope.PEOPLE_READ) else caller.person_id or NOBODY


def _assignment(columns: dict[str, Any]) -> Assignment:
    return Assignment(columns["role_id"], columns["manager_id"], columns["org_unit_id"])


def _with_ids(body: PersonWrite, external_ids: Sequence[ExternalId]) -> PersonWrite:
    copy = body.model_copy(update={"external_ids": list(dict.fromkeys([*body.external_ids, *external_ids]))})
    copy.__pydantic_fields_set__ = set(body.model_fields_set)
    return copy


def _fact(kind: type[Told], person: Person, **more: Any) -> Told:
    return kind(person_id=person.id, **person.model_dump(include=set(PersonFact.model_fields)), **more)


def _left(person: Person) -> PersonLeft:
    return _fact(PersonLeft, person, leave_reason=person.leave_reason)
