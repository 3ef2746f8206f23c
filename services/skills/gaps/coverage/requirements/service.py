"""Use cases of coverage requirements: kept as data, read with how they stand today."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.scale_migrations.repository import ScaleMigrationRepository
from services.skills.gaps.coverage.requirements.models import CoverageRequirement
from services.skills.gaps.coverage.requirements.repository import (
    Asked,
    CoverageRequirementRepository,
    Group,
    GroupRepository,
    RequirementFilter,
)
from services.skills.gaps.coverage.requirements.rules import Outcome, level_fault, tells_of_few
from services.skills.gaps.coverage.requirements.schemas import CoverageRequirementRead, CoverageRequirementWrite
from services.skills.gaps.repository import LabelRepository
from services.skills.people.org_units.repository import OrgUnitRepository
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

AT_ONCE = 200


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
        self.groups = GroupRepository(session, now)
        self.labels = LabelRepository(session, list(languages))

    async def list_page(
        self,
        paging: Paging,
        org_unit: str | None,
        manager: str | None,
        skill: str | None,
        ids: str | None,
        updated_since: datetime | None,
        met: bool | None,
    ) -> Page[CoverageRequirementRead]:
        """Raises Unprocessable for an unknown external id."""
        wanted = RequirementFilter(
            org_unit_id=await self._demand("org unit", org_unit, "query/org_unit_id"),
            manager_id=await self._demand("person", manager, "query/manager_id"),
            skill_id=await self._demand("skill", skill, "query/skill_id"),
            ids=await References(self.session, "coverage requirement").chosen(ids),
            leader_id=self.leader_id,
            updated_since=updated_since,
        )
        if met is not None:
            return await self._list_by_outcome(paging, wanted, met)
        rows, cursor = await self.requirements.list_page(paging, wanted, self.now)
        return Page(data=await self.read_many(rows), next_cursor=cursor)

    async def _list_by_outcome(
        self, paging: Paging, wanted: RequirementFilter, met: bool
    ) -> Page[CoverageRequirementRead]:
        """Look through requirements AT_ONCE at a time until the page is full. Hidden outcomes are neither."""
        found: list[CoverageRequirementRead] = []
        after, more = paging.after(), True
        while more and len(found) <= paging.limit:
            rows = await self.requirements.list_after(after, wanted, self.now, AT_ONCE)
            found += [one for one in await self.read_many(rows) if one.met is met]
            after, more = (rows[-1].id, True) if len(rows) == AT_ONCE else (after, False)
        page = found[: paging.limit]
        return Page(data=page, next_cursor=paging.cursor_after(page[-1].id) if len(found) > paging.limit else None)

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
        levels = [scales.read(row.skill_id, row.scale_id, row.level) for row in rows]
        asked = [Asked(_group(row), row.skill_id, level - tolerance) for row, level in zip(rows, levels, strict=True)]
        holders = await self.groups.count_holders(asked)
        hidden = await self._hidden({_group(row) for row in rows})
        return [
            _read(
                row,
                SkillBrief(id=row.skill_id, label=labels.get(row.skill_id, "")),
                level,
                None if _group(row) in hidden else Outcome(row.people, count),
            )
            for row, level, count in zip(rows, levels, holders, strict=True)
        ]

    async def _read_one(self, row: CoverageRequirement) -> CoverageRequirementRead:
        return (await self.read_many([row]))[0]

    async def _hidden(self, groups: set[Group]) -> set[Group]:
        """Groups too small, or too like a wider one, for whoever may read aggregates only."""
        if self.leader_id is not None or self.caller.has(Scope.PEOPLE_READ):
            return set()
        wider = await self.groups.wider(groups)
        people = await self.groups.count_people({*groups, *(other for others in wider.values() for other in others)})
        return {
            group for group, others in wider.items() if tells_of_few(people[group], [people[other] for other in others])
        }

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
