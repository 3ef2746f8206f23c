"""Planning of roles and the moves between them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.imports.planning.frameworks import Taxonomy, born, changed_at
from services.skills.imports.planning.plan import Plan, Records
from services.skills.imports.planning.requirements import plan_requirements
from services.skills.imports.planning.role_state import RoleStateOfUpload
from services.skills.imports.planning.sizes import oversized_role
from services.skills.imports.records import (
    RequirementRecord,
    RoleMoveRecord,
    RoleRecord,
    error,
)
from services.skills.imports.rules import Action
from services.skills.roles.bulk import RoleBulk
from shared.database.sessions import UnitOfWork
from shared.ids import new_id


def plan_roles(records: Records, state: RoleStateOfUpload, taxonomy: Taxonomy, plan: Plan) -> None:
    """Plan roles, then what they require, then the moves between them."""
    ids = {reference: role.id for reference, role in state.roles.items()}
    _plan_roles(records.of(RoleRecord), state, ids, plan)
    whole = {ids[role.reference] for role in records.of(RoleRecord) if role.whole and role.reference in ids}
    plan_requirements(records.of(RequirementRecord), state, ids, whole, taxonomy, plan)
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


async def _write_moves(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await RoleBulk(session).write_moves(rows)
