"""Planning of roles, their requirements and the moves between them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from services.skills.imports.planning.doubts import find_doubt
from services.skills.imports.planning.frameworks import Taxonomy, born, changed_at
from services.skills.imports.planning.plan import Plan, Records
from services.skills.imports.planning.sizes import oversized_role
from services.skills.imports.planning.taxonomy import find_skills
from services.skills.imports.records import (
    Finding,
    RequirementRecord,
    RoleMoveRecord,
    RoleRecord,
    error,
)
from services.skills.imports.rules import Action
from services.skills.roles.bulk import LedgerRow, RequirementKey, RoleBulk, RoleState
from services.skills.roles.rules import Requirement
from services.skills.taxonomy.bulk import SkillPlace, TaxonomyBulk
from shared.database.sessions import AnySession, UnitOfWork
from shared.ids import new_id
from shared.references import References


@dataclass
class RoleStateOfUpload:
    """What is stored of the roles that an upload names, and of the skills that it requires but does not bring."""

    roles: dict[str, RoleState] = field(default_factory=dict)
    taken: dict[str, UUID] = field(default_factory=dict)
    requirements: dict[UUID, dict[RequirementKey, LedgerRow]] = field(default_factory=dict)
    moves: dict[tuple[UUID, UUID], str] = field(default_factory=dict)
    skills: dict[str, SkillPlace] = field(default_factory=dict)
    framework_scales: dict[UUID, UUID] = field(default_factory=dict)

    @cached_property
    def required_skills(self) -> dict[UUID, frozenset[UUID]]:
        """The skills that each role asks for already."""
        return {id: frozenset(key[0] for key in rows) for id, rows in self.requirements.items()}


async def read_state(session: AnySession, records: Records) -> RoleStateOfUpload:
    """Read what is stored of the roles and of the skills that come from elsewhere."""
    bulk = RoleBulk(session)
    references = {record.reference for record in records.of(RoleRecord)}
    references |= {record.role for record in records.of(RequirementRecord)}
    references |= {role for move in records.of(RoleMoveRecord) for role in (move.origin, move.target)}
    others = {other for record in records.of(RoleRecord) for other in record.other_references}
    roles = await bulk.roles_by_reference(references)
    ids = [role.id for role in roles.values()]
    taken = await References(session, "role").find_many(others | references)
    return RoleStateOfUpload(
        roles=roles,
        taken=taken,
        requirements=await bulk.requirements_of(ids),
        moves=await bulk.moves_from(ids),
        skills=await find_skills(session, {record.skill for record in records.of(RequirementRecord)}),
        framework_scales=await TaxonomyBulk(session).scale_of_framework(),
    )


def plan_roles(records: Records, state: RoleStateOfUpload, taxonomy: Taxonomy, plan: Plan) -> None:
    """Plan roles, then what they require, then the moves between them."""
    ids = {reference: role.id for reference, role in state.roles.items()}
    _plan_roles(records.of(RoleRecord), state, ids, plan)
    whole = {ids[role.reference] for role in records.of(RoleRecord) if role.whole and role.reference in ids}
    _plan_requirements(records.of(RequirementRecord), state, ids, whole, taxonomy, plan)
    _plan_moves(records.of(RoleMoveRecord), state, ids, plan)


def _plan_roles(records: Sequence[RoleRecord], state: RoleStateOfUpload, ids: dict[str, UUID], plan: Plan) -> None:
    added: list[tuple[dict[str, Any], RoleRecord]] = []
    changed: list[tuple[dict[str, Any], RoleRecord]] = []
    sent: set[str] = set()
    for record in records:
        fault = oversized_role(record)
        if fault is None and record.reference in sent:
            fault = error(record.place, "duplicate_row", f"{record.reference} stands twice.")
        if fault is not None:
            plan.findings.append(fault)
            continue
        sent.add(record.reference)
        values = {
            "title": record.title,
            "family": record.family,
            "grade": record.grade,
            "description": record.description,
            "aliases": list(record.aliases),
        }
        known = state.roles.get(record.reference)
        if known is None:
            ids[record.reference] = new_id()
            added.append(({"id": ids[record.reference], **values}, record))
            plan.tell("create", "role", record.reference, record.title)
        elif fields := [name for name in values if name not in record.unsaid and known.values[name] != values[name]]:
            kept = {name: known.values[name] for name in values if name in record.unsaid}
            changed.append(({"row_id": known.id, **values, **kept}, record))
            plan.tell("update", "role", record.reference, record.title, fields)
        else:
            plan.unchanged["role"] += 1
    plan.step("role", Action.CREATE, _add_roles, [(row, _new_references(record, state)) for row, record in added])
    plan.step("role", Action.UPDATE, _change_roles, [row for row, _ in changed])


def _new_references(record: RoleRecord, state: RoleStateOfUpload) -> list[tuple[str, str]]:
    """The external ids of a new role, without those that another role has."""
    names = [record.reference, *(other for other in record.other_references if other not in state.taken)]
    pairs = (name.partition(":") for name in names)
    return [(source, external_id) for source, _, external_id in pairs]


def _plan_requirements(
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


def _plan_moves(records: Sequence[RoleMoveRecord], state: RoleStateOfUpload, ids: dict[str, UUID], plan: Plan) -> None:
    added, changed = [], []
    for record in records:
        origin, target = ids.get(record.origin), ids.get(record.target)
        if origin is None or target is None:
            missing = record.target if origin else record.origin
            plan.findings.append(error(record.place, "unknown_role", f"There is no role {missing}."))
            continue
        row = {"from_role_id": origin, "to_role_id": target, "kind": record.kind, "note": None}
        stored = state.moves.get((origin, target))
        if stored is None:
            added.append(row)
            plan.tell("create", "role_move", f"{record.origin} > {record.target}", record.kind)
        elif stored != record.kind:
            changed.append(row)
            plan.tell("update", "role_move", f"{record.origin} > {record.target}", record.kind, ["kind"])
        else:
            plan.unchanged["role_move"] += 1
    plan.step("role_move", Action.CREATE, _write_moves, added)
    plan.step("role_move", Action.UPDATE, _write_moves, changed)


async def _add_roles(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    bulk = RoleBulk(session)
    values = [row for row, _ in rows]
    await bulk.add_roles(born(values, now))
    await bulk.refer([(source, id, row["id"]) for row, names in rows for source, id in names])
    await bulk.name(_names((row["id"], row) for row in values))


async def _change_roles(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    bulk = RoleBulk(session)
    await bulk.change_roles(changed_at(rows, now))
    await bulk.name(_names((row["row_id"], row) for row in rows))


def _names(rows: Iterable[tuple[UUID, dict[str, Any]]]) -> dict[UUID, Sequence[str]]:
    return {id: [row["title"], *row["aliases"]] for id, row in rows}


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


async def _write_moves(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await RoleBulk(session).write_moves(rows)
