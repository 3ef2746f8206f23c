"""Use cases of coverage requirements: kept as data, read with how they stand today."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.scale_migrations.repository import ScaleMigrationRepository
from services.skills.gaps.coverage.repository import CoverageRepository
from services.skills.gaps.coverage.requirements.models import CoverageRequirement
from services.skills.gaps.coverage.requirements.repository import (
    CoverageRequirementRepository,
    Group,
    RequirementFilter,
)
from services.skills.gaps.coverage.requirements.rules import Outcome, level_fault, tells_of_few
from services.skills.gaps.coverage.requirements.schemas import CoverageRequirementRead, CoverageRequirementWrite
from services.skills.gaps.repository import LabelRepository
from services.skills.people.org_units.repository import OrgUnitRepository
from services.skills.people.repository import PersonRepository
from services.skills.people.service import NOBODY, PersonService
from services.skills.roles.schemas import SkillBrief
from services.skills.taxonomy.skills.repository import SkillRepository
from services.skills.taxonomy.skills.service import SkillService
from shared.database.sessions import AnySession
from shared.errors import Conflict, NotFound, Unprocessable
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.merge_patch import apply_patch
from shared.pagination import Page, Paging
from shared.references import References


class CoverageRequiredTwice(Conflict):
    code, title = "coverage-required-twice", "The group is asked for this skill at this level already"


class CoverageRequirementService:
    """Coverage requirements, as the caller may see them. Leaders see those of groups that they lead whole."""

    def __init__(self, session: AnySession, caller: Principal, now: datetime, languages: Sequence[str] = ()) -> None:
        self.session = session
        self.caller = caller
        self.now = now
        self.leader_id = None if caller.kind != "user" or caller.is_admin else caller.person_id or NOBODY
        self.requirements = CoverageRequirementRepository(session)
        self.labels = LabelRepository(session, list(languages))

    async def list_page(
        self,
        paging: Paging,
        org_unit: str | None,
        manager: str | None,
        skill: str | None,
        updated_since: datetime | None,
    ) -> Page[CoverageRequirementRead]:
        """Raises Unprocessable for an unknown external id."""
        wanted = RequirementFilter(
            org_unit_id=await self._demand("org unit", org_unit, "query/org_unit_id"),
            manager_id=await self._demand("person", manager, "query/manager_id"),
            skill_id=await self._demand("skill", skill, "query/skill_id"),
            leader_id=self.leader_id,
            updated_since=updated_since,
        )
        rows, cursor = await self.requirements.list_page(paging, wanted, self.now)
        return Page(data=await self.read_many(rows), next_cursor=cursor)

    async def get(self, id: UUID) -> CoverageRequirementRead:
        """Raises NotFound, also for one that the caller may not see."""
        row = await self.requirements.get(id)
        if self.leader_id is not None and not await self.requirements.is_led_by(id, self.leader_id, self.now):
            raise NotFound(f"There is no coverage requirement {id}.")
        return await self._read_one(row)

    async def create(self, body: CoverageRequirementWrite) -> CoverageRequirementRead:
        """Raises Unprocessable naming the place, and CoverageRequiredTwice."""
        row = await self.requirements.add(CoverageRequirement(**await self._columns(body)))
        return await self._read_one(row)

    async def patch(self, id: UUID, patch: dict[str, Any], revision: int | None) -> CoverageRequirementRead:
        """Raises NotFound, PreconditionFailed, CoverageRequiredTwice, Unprocessable."""
        present = await self.get(id)
        fields = present.model_dump(mode="json", include=set(CoverageRequirementWrite.model_fields))
        body = apply_patch(CoverageRequirementWrite(**fields, skill_id=str(present.skill.id)), patch)
        await self.requirements.change(id, revision, **await self._columns(body, id))
        return await self.get(id)

    async def delete(self, id: UUID, revision: int | None) -> None:
        """Raises NotFound, PreconditionFailed."""
        await self.requirements.bury(id, revision)

    async def read_many(self, rows: Sequence[CoverageRequirement]) -> list[CoverageRequirementRead]:
        """Requirements with how they stand today."""
        skill_ids = {row.skill_id for row in rows}
        labels = await self.labels.of(skill_ids)
        scales = await ScaleMigrationRepository(self.session).history(skill_ids)
        tolerance = (await PolicyRepository(self.session).in_force()).tolerance
        hidden = await self._hidden({_group(row) for row in rows})
        found = []
        for row in rows:
            level = scales.read(row.skill_id, row.scale_id, row.level)
            holders = await self._among(_group(row)).count_holders_of(row.skill_id, level - tolerance)
            outcome = Outcome(row.people, holders)
            skill = SkillBrief(id=row.skill_id, label=labels.get(row.skill_id, ""))
            found.append(_read(row, skill, level, None if _group(row) in hidden else outcome))
        return found

    async def _read_one(self, row: CoverageRequirement) -> CoverageRequirementRead:
        return (await self.read_many([row]))[0]

    async def _hidden(self, groups: set[Group]) -> set[Group]:
        """Groups too small, or too like a wider one, for whoever may read aggregates only."""
        if self.leader_id is not None or self.caller.has(Scope.PEOPLE_READ):
            return set()
        hidden = set()
        for group in groups:
            wider = [await self._among(other).count_people() for other in await self._wider(group)]
            if tells_of_few(await self._among(group).count_people(), wider):
                hidden.add(group)
        return hidden

    def _among(self, group: Group) -> CoverageRepository:
        return CoverageRepository(self.session, group.people(self.now.date()), self.now)

    async def _wider(self, group: Group) -> Sequence[Group]:
        """The units that a unit is in, the teams that a team is part of, and everybody."""
        units = await OrgUnitRepository(self.session).above(group.org_unit_id) if group.org_unit_id else []
        line = await PersonRepository(self.session).line_of(group.manager_id) if group.manager_id else []
        return [*(Group(org_unit_id=id) for id in units), *(Group(manager_id=id) for id in line), Group()]

    async def _columns(self, body: CoverageRequirementWrite, id: UUID | None = None) -> dict[str, Any]:
        if (body.org_unit_id is None) == (body.manager_id is None):
            raise Unprocessable("Name an org unit or a manager, one of the two.", pointer="/org_unit_id")
        skills = await SkillService(self.session).list_by_reference([body.skill_id])
        if body.skill_id not in skills:
            raise Unprocessable(f"There is no skill {body.skill_id}.", pointer="/skill_id")
        skill_id = skills[body.skill_id].id
        scale = (await SkillRepository(self.session).scales_of([skill_id]))[skill_id]
        if fault := level_fault(body.level, scale.levels[0]["level"], scale.levels[-1]["level"]):
            raise Unprocessable(fault, pointer="/level")
        group = Group(
            org_unit_id=await self._unit(body.org_unit_id) if body.org_unit_id else None,
            manager_id=await self._manager(body.manager_id) if body.manager_id else None,
        )
        if await self.requirements.says(group, skill_id, body.level, but=id):
            raise CoverageRequiredTwice("Change how many people it asks for.")
        columns = {"skill_id": skill_id, "level": body.level, "scale_id": scale.id, "people": body.people}
        return {"org_unit_id": group.org_unit_id, "manager_id": group.manager_id, **columns}

    async def _unit(self, reference: str) -> UUID:
        unit = await OrgUnitRepository(self.session).find(
            await References(self.session, "org unit").demand(reference, "/org_unit_id")
        )
        if unit is None:
            raise Unprocessable(f"There is no org unit {reference}.", pointer="/org_unit_id")
        return unit.id

    async def _manager(self, reference: str) -> UUID:
        return (await PersonService(self.session).demand(reference, "/manager_id")).id

    async def _demand(self, kind: str, reference: str | None, pointer: str) -> UUID | None:
        return None if reference is None else await References(self.session, kind).demand(reference, pointer)


def _group(row: CoverageRequirement) -> Group:
    return Group(row.org_unit_id, row.manager_id)


def _read(
    row: CoverageRequirement, skill: SkillBrief, level: float, outcome: Outcome | None
) -> CoverageRequirementRead:
    return CoverageRequirementRead(
        **row.model_dump(exclude={"skill_id", "level", "scale_id", "deleted_at"}),
        skill=skill,
        level=level,
        holders=outcome.holders if outcome else None,
        missing=outcome.missing if outcome else None,
        met=outcome.met if outcome else None,
        suppressed=outcome is None,
        deleted=row.deleted_at is not None,
    )
