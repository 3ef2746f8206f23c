"""Use cases of exemptions and suspensions: what is set aside for a person, for a time and for a reason."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

from services.skills.assessments.exemptions.models import Exemption, Suspension
from services.skills.assessments.exemptions.repository import (
    ExemptionRepository,
    SetAside,
    SetAsideRepository,
    SuspensionRepository,
)
from services.skills.assessments.exemptions.rules import Phase, period_fault, phase_on
from services.skills.assessments.exemptions.schemas import (
    ExemptionRead,
    ExemptionWrite,
    SuspensionRead,
    SuspensionWrite,
)
from services.skills.people.repository import PersonalTextRepository
from services.skills.people.service import PersonService
from services.skills.roles.repository import RoleRepository
from services.skills.roles.schemas import RoleBrief, SkillBrief
from services.skills.roles.service import RoleService
from services.skills.taxonomy.skills.repository import SkillRepository
from services.skills.taxonomy.skills.service import SkillService
from shared.contracts.skills.events import SetAsideChanged
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Forbidden, NotFound, Unprocessable
from shared.events.outbox import record
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.languages import choose_label
from shared.merge_patch import apply_patch
from shared.pagination import Page, Paging
from shared.references import References

Write = TypeVar("Write", ExemptionWrite, SuspensionWrite)
Read = TypeVar("Read", ExemptionRead, SuspensionRead)
HIDDEN = {"reason_id", "phase", "deleted_at", "amended_at"}
"""Columns that are no part of an answer as they are."""


class NotOwnToSetAside(Forbidden):
    code, title = "not-own-to-set-aside", "Nobody sets aside what is asked of themselves"


class SetAsideService(ABC, Generic[SetAside, Write, Read]):
    """What both kinds share: what a caller may see of them, and change."""

    kind: ClassVar[Literal["exemption", "suspension"]]
    form: ClassVar[type[Any]]
    repository: ClassVar[type[Any]]

    def __init__(self, session: AnySession, caller: Principal, now: datetime, languages: Sequence[str] = ()) -> None:
        self.session = session
        self.caller = caller
        self.now = now
        self.today = now.date()
        self.languages = languages
        self.people = PersonService(session)
        self.rows: SetAsideRepository[SetAside] = self.repository(session)

    async def list_page(self, reference: str, paging: Paging, skill: str | None) -> Page[Read]:
        """A person's. Raises NotFound, also for somebody whom the caller does not see, Unprocessable."""
        person = await self.people.readable(reference, self.caller)
        skill_id = await References(self.session, "skill").demand(skill, "query/skill_id") if skill else None
        rows, cursor = await self.rows.list_page(paging, person.id, skill_id)
        return Page(data=await self.read_many(rows), next_cursor=cursor)

    async def get(self, id: UUID) -> Read:
        """Raises NotFound, also for what the caller may not see."""
        row = await self.rows.get(id)
        if not await self.people.may_read(row.person_id, self.caller):
            raise self._missing(id)
        return await self._read_one(row)

    async def create(self, reference: str, body: Write) -> Read:
        """Set something of a person aside. Raises NotFound, NotOwnToSetAside, Unprocessable naming the place."""
        person = await self.people.find_row(reference)
        if not await self._may_write(person.id):
            raise NotFound(f"There is no person {reference}.")
        columns = await self._columns(person.id, body)
        return await self._told(await self.rows.add(self.rows.table(person_id=person.id, **columns)))

    async def patch(self, id: UUID, patch: dict[str, Any], revision: int | None) -> Read:
        """Change it from now on; past moments keep what it said. Raises NotFound, NotOwnToSetAside,
        PreconditionFailed, Unprocessable.
        """
        row = await self._find_led(id)
        present = await self._read_one(row)
        fields = present.model_dump(mode="json", include=set(self.form.model_fields))
        body: Write = apply_patch(self.form.model_validate({**fields, "reason": present.reason or "-"}), patch)
        columns = await self._columns(
            row.person_id, body, row.reason_id if body.reason == (present.reason or "-") else None
        )
        if columns["skill_id"] != row.skill_id:
            await tell(self.session, self.kind, row, Phase.OVER)
        amended = await self.rows.amend(row, revision, self.now, **columns)
        return await (self._read_one(amended) if amended.revision == row.revision else self._told(amended))

    async def delete(self, id: UUID, revision: int | None) -> None:
        """Take it back from now on; past days keep it. Raises NotFound, NotOwnToSetAside, PreconditionFailed."""
        row = await self._find_led(id)
        await self.rows.bury(id, revision)
        await tell(self.session, self.kind, row, Phase.OVER)

    async def read_many(self, rows: Sequence[SetAside]) -> list[Read]:
        labels = await SkillRepository(self.session).labels_of({row.skill_id for row in rows})
        reasons = await PersonalTextRepository(self.session).read(row.reason_id for row in rows)
        titles = await RoleRepository(self.session).titles_of(getattr(row, "role_id", None) for row in rows)
        return [
            self._read(
                row,
                titles,
                skill=SkillBrief(id=row.skill_id, label=choose_label(labels[row.skill_id], self.languages)),
                reason=reasons.get(row.reason_id),
                phase=phase_on(self.today, row.starts_on, row.ends_on),
            )
            for row in rows
        ]

    @abstractmethod
    def _read(self, row: SetAside, titles: dict[UUID, str], **common: Any) -> Read:
        """One row as an answer."""

    async def _columns(self, person_id: UUID, body: Write, reason_id: UUID | None = None) -> dict[str, Any]:
        """`reason_id`: the reason is kept there already."""
        skills = await SkillService(self.session).list_by_reference([body.skill_id])
        if body.skill_id not in skills:
            raise Unprocessable(f"There is no skill {body.skill_id}.", pointer="/skill_id")
        starts_on = body.starts_on or self.today
        if fault := period_fault(starts_on, body.ends_on):
            raise Unprocessable(fault, pointer="/ends_on")
        return {
            "skill_id": skills[body.skill_id].id,
            "reason_id": reason_id or await PersonalTextRepository(self.session).add(person_id, body.reason),
            "starts_on": starts_on,
            "ends_on": body.ends_on,
            "phase": phase_on(self.today, starts_on, body.ends_on),
        }

    async def _find_led(self, id: UUID) -> SetAside:
        row = await self.rows.get(id)
        if not await self._may_write(row.person_id):
            raise self._missing(id)
        return row

    async def _may_write(self, person_id: UUID) -> bool:
        """Clients that write ratings, and whoever leads the person. Raises NotOwnToSetAside for the person."""
        if self.caller.has(Scope.RATINGS_WRITE):
            return True
        if self.caller.person_id == person_id:
            raise NotOwnToSetAside("Ask somebody who leads you.")
        return await self.people.may_read(person_id, self.caller)

    def _missing(self, id: UUID) -> NotFound:
        return NotFound(f"There is no {self.rows.noun} {id}.")

    async def _read_one(self, row: SetAside) -> Read:
        return (await self.read_many([row]))[0]

    async def _told(self, row: SetAside) -> Read:
        await tell(self.session, self.kind, row, Phase(row.phase))
        return await self._read_one(row)


class ExemptionService(SetAsideService[Exemption, ExemptionWrite, ExemptionRead]):
    """Requirements that a person need not meet for a time."""

    kind, form, repository = "exemption", ExemptionWrite, ExemptionRepository

    def _read(self, row: Exemption, titles: dict[UUID, str], **common: Any) -> ExemptionRead:
        role = RoleBrief(id=row.role_id, title=titles[row.role_id]) if row.role_id else None
        fields = row.model_dump(exclude=HIDDEN)
        return ExemptionRead(**fields, role=role, **common)

    async def _columns(self, person_id: UUID, body: ExemptionWrite, reason_id: UUID | None = None) -> dict[str, Any]:
        role_id = None
        if body.role_id is not None:
            roles = await RoleService(self.session).list_by_reference([body.role_id])
            if body.role_id not in roles:
                raise Unprocessable(f"There is no role {body.role_id}.", pointer="/role_id")
            role_id = roles[body.role_id]
        return {**await super()._columns(person_id, body, reason_id), "role_id": role_id}


class SuspensionService(SetAsideService[Suspension, SuspensionWrite, SuspensionRead]):
    """Skills of a person that do not count for a time."""

    kind, form, repository = "suspension", SuspensionWrite, SuspensionRepository

    def _read(self, row: Suspension, titles: dict[UUID, str], **common: Any) -> SuspensionRead:
        return SuspensionRead(**row.model_dump(exclude=HIDDEN), **common)


async def tell(
    session: AnySession,
    kind: Literal["exemption", "suspension"],
    row: Exemption | Suspension,
    phase: Phase,
) -> None:
    """Tell where it stands now."""
    assert isinstance(session, UnitOfWork)
    fact = SetAsideChanged(person_id=row.person_id, skill_id=row.skill_id, kind=kind, phase=phase.value)
    await record(session, fact)
