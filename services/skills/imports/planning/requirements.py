"""Planning of what roles require."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.skills.imports.planning.doubts import find_doubt
from services.skills.imports.planning.frameworks import Taxonomy
from services.skills.imports.planning.plan import Plan
from services.skills.imports.planning.role_state import RoleStateOfUpload
from services.skills.imports.records import Finding, RequirementRecord, error
from services.skills.imports.rules import Action
from services.skills.roles.bulk import RequirementKey, RoleBulk
from services.skills.roles.rules import Requirement
from services.skills.taxonomy.bulk import SkillPlace
from shared.database.sessions import UnitOfWork


def plan_requirements(
    records: Sequence[RequirementRecord],
    state: RoleStateOfUpload,
    ids: dict[str, UUID],
    whole: set[UUID],
    taxonomy: Taxonomy,
    plan: Plan,
) -> None:
    """`whole`: roles of which the upload says all."""
    by_role: dict[UUID, dict[RequirementKey, Requirement]] = defaultdict(dict)
    places: dict[str, SkillPlace | None] = {}
    scale_of_role: dict[UUID, UUID] = {}
    for record in records:
        role_id = ids.get(record.role)
        if role_id is None:
            plan.findings.append(error(record.place, "unknown_role", f"There is no role {record.role}."))
            continue
        if record.skill not in places:
            places[record.skill] = taxonomy.place(record.skill) or state.skills.get(record.skill)
        found = _requirement(record, places[record.skill], role_id, scale_of_role, state, taxonomy)
        if isinstance(found, Finding):
            plan.findings.append(found)
        elif found.key in by_role[role_id]:
            plan.findings.append(error(record.place, "duplicate_row", "The same requirement stands above."))
        else:
            by_role[role_id][found.key] = found
    covered = taxonomy.covered | {place.id for place in places.values() if place is not None}
    doubt = find_doubt(plan.findings, {record.place.file for record in records})
    endings = Endings(whole, covered, {id for reference, id in ids.items() if doubt.covers(reference)})
    _compare(by_role, endings, state, plan, {id: reference for reference, id in ids.items()})


def _requirement(
    record: RequirementRecord,
    place: SkillPlace | None,
    role_id: UUID,
    scale_of_role: dict[UUID, UUID],
    state: RoleStateOfUpload,
    taxonomy: Taxonomy,
) -> Requirement | Finding:
    """The record as a requirement, or why it is none. All requirements of a role are on one scale."""
    if place is None:
        return error(record.place, "unknown_skill", f"There is no skill {record.skill}.", record.role)
    if place.status != "published" and place.id not in state.required_skills.get(role_id, ()):
        detail = f"{record.skill} is {place.status}: only roles that ask for it already may go on doing so."
        return error(record.place, f"{place.status}_skill", detail, record.role)
    scale = taxonomy.scale_ids.get(place.framework_id) or state.framework_scales[place.framework_id]
    highest = taxonomy.levels[scale][1]
    if scale_of_role.setdefault(role_id, scale) != scale:
        detail = "All requirements of a role are on one scale; this one is not."
        return error(record.place, "other_scale", detail, record.role)
    # Between 0 and the first level lies what averages of many ratings have: some, but less than the first step.
    if not 0 <= record.level <= highest:
        detail = f"The level is {record.level:g}; 0 to {highest:g} is on the scale."
        return error(record.place, "level_outside_scale", detail, record.role)
    return Requirement(
        skill_id=place.id,
        level=float(record.level),
        importance=record.importance,
        essential=record.essential,
        effective_from=date.fromisoformat(record.effective_from) if record.effective_from else None,
        redesign=record.redesign,
        low_precision=record.low_precision,
    )


@dataclass(frozen=True, slots=True)
class Endings:
    """Which requirements end because the upload lacks them: those of roles of which it says all (`whole`) and of
    skills that it has (`covered`), but none of a role of which a row was refused (`doubtful`)."""

    whole: set[UUID]
    covered: set[UUID]
    doubtful: set[UUID]

    def allow(self, role_id: UUID, skill_id: UUID) -> bool:
        return role_id not in self.doubtful and (role_id in self.whole or skill_id in self.covered)


def _compare(
    by_role: dict[UUID, dict[RequirementKey, Requirement]],
    endings: Endings,
    state: RoleStateOfUpload,
    plan: Plan,
    references: dict[UUID, str],
) -> None:
    """What differs from the ledger."""
    added: list[tuple[UUID, Requirement]] = []
    changed: list[tuple[UUID, Requirement, UUID]] = []
    ended: list[UUID] = []
    touched: list[UUID] = []
    for role_id, wanted in by_role.items():
        stored = state.requirements.get(role_id, {})
        new = [(role_id, requirement) for key, requirement in wanted.items() if key not in stored]
        other = [
            (role_id, requirement, stored[key].id)
            for key, requirement in wanted.items()
            if key in stored and stored[key].requirement != requirement
        ]
        gone = [
            row.id
            for key, row in stored.items()
            if key not in wanted and endings.allow(role_id, row.requirement.skill_id)
        ]
        plan.unchanged["requirement"] += len(wanted) - len(new) - len(other)
        added += new
        changed += other
        ended += gone
        if stored and (new or other or gone):
            touched.append(role_id)
            fields = [f"requirements: {len(new)} new, {len(other)} changed, {len(gone)} ended"]
            plan.tell("update", "role", references[role_id], references[role_id], fields)
    plan.step("requirement", Action.RETIRE, _end_requirements, ended)
    plan.step("requirement", Action.UPDATE, _change_requirements, changed)
    plan.step("requirement", Action.CREATE, _enter_requirements, added)
    plan.step("role", Action.UPDATE, _touch_roles, touched, counted=False)


async def _enter_requirements(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await RoleBulk(session).enter(rows, now)


async def _change_requirements(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    """The old row of the ledger ends and the new one begins in one transaction."""
    bulk = RoleBulk(session)
    await bulk.end([row_id for _, _, row_id in rows], now)
    await bulk.enter([(role_id, requirement) for role_id, requirement, _ in rows], now)


async def _end_requirements(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await RoleBulk(session).end(rows, now)


async def _touch_roles(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await RoleBulk(session).touch(rows)
