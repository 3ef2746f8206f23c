"""Planning of people and the org units that they name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from typing import Any

import msgspec

from services.skills.imports.planning.frameworks import born, changed_at
from services.skills.imports.planning.plan import Plan, Records
from services.skills.imports.records import PersonRecord, error
from services.skills.imports.rules import Action
from services.skills.people.assignments.repository import LONG_AGO
from services.skills.people.bulk import PERSON_COLUMNS, PeopleBulk, PersonState, Standing
from services.skills.people.rules import Assignment, LeaveReason, circles, employment_fault, stands_anew, start_of
from services.skills.roles.bulk import RoleBulk
from shared.contracts.skills.events import PersonCreated, PersonFact, PersonLeft, PersonUpdated
from shared.database.loading import Columns, in_columns
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.outbox import record_many
from shared.ids import new_written_id

AT_ONCE = 3_000
"""People in one transaction: written in little more than a tenth of a second, for which other writers wait."""
NOT_TOLD = frozenset({"user_name_key"})
EFFECTIVE = "effective_from"
PLACE = ("role_id", "manager_id", "org_unit_id")
TOLD = (*PLACE, "active", "hired_on", "left_on")


@dataclass
class PeopleState:
    """What is stored of the people that an upload names, and of the chart they stand in."""

    people: dict[str, PersonState] = field(default_factory=dict)
    user_names: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    org_units: dict[str, str] = field(default_factory=dict)
    chart: dict[str, str | None] = field(default_factory=dict)
    awaiting: list[PersonState] = field(default_factory=list)
    begun: dict[str, datetime] = field(default_factory=dict)
    """Since when those stand where they are whose row tells a day."""


class Candidate(msgspec.Struct, gc=False):
    """A person of the upload on the way to being planned.

    `told` is the day from which they stand there, where the row says it; `changed` names what differs, and `moves`
    says that where they stand does, or since when.
    """

    record: PersonRecord | None
    id: str
    values: dict[str, Any]
    known: PersonState | None
    told: date | None = None
    changed: list[str] = []
    moves: bool = False


async def read_state(session: AnySession, records: Records) -> PeopleState:
    people = records.of(PersonRecord)
    if not people:
        return PeopleState()
    bulk = PeopleBulk(session)
    references = {person.reference for person in people}
    managers = {person.values["manager_id"] for person in people if person.values.get("manager_id")}
    roles = {person.values["role_id"] for person in people if person.values.get("role_id")}
    found = await RoleBulk(session).roles_by_reference(roles)
    known = await bulk.people_by_reference(references | managers)
    dated = (known.get(person.reference) for person in people if person.values.get(EFFECTIVE))
    return PeopleState(
        people=known,
        user_names=await bulk.owners_of_user_names({person.user_name_key for person in people}),
        roles={reference: str(role.id) for reference, role in found.items()},
        org_units=await bulk.org_units(),
        chart=await bulk.chart(),
        awaiting=await bulk.awaiting(),
        begun=await bulk.begun([person.id for person in dated if person is not None]),
    )


def plan_people(records: Records, state: PeopleState, plan: Plan, today: date) -> None:
    """Plan org units, then people who are new (managers before their reports), then those who change."""
    ids = {reference: person.id for reference, person in state.people.items()}
    new_units: dict[str, str] = {}
    candidates: dict[str, Candidate] = {}
    for record in records.of(PersonRecord):
        found = _candidate(record, state, new_units, today)
        if isinstance(found, str):
            code, _, detail = found.partition(":")
            plan.findings.append(error(record.place, code, detail.strip()))
            continue
        candidates[found.id] = found
        ids[record.reference] = found.id
    _assign_managers(candidates, ids)
    _welcome(state, candidates, ids)
    _refuse_circles(candidates, ids, state, plan)
    _plan_units(candidates, new_units, plan)
    _plan_changes(candidates, state, plan)


def _candidate(record: PersonRecord, state: PeopleState, new_units: dict[str, str], today: date) -> Candidate | str:
    """The person as they shall be, without their manager; or `code: why` not."""
    told = record.values
    known = state.people.get(record.reference)
    id = known.id if known else new_written_id()
    if state.user_names.get(record.user_name_key, id) != id:
        return f"user_name_taken: Somebody else has the user name {told['user_name']}."
    before = known.values if known else EMPTY
    values = dict(before)
    values.update(told, user_name_key=record.user_name_key, manager_id=before["manager_id"])
    since = values.pop(EFFECTIVE, None)
    if since is not None and since > today:
        return f"not_yet: A move is told on its day or later, and {since} is to come."
    if "role_id" in told:
        role = told["role_id"]
        if role is not None and role not in state.roles:
            return f"unknown_role: There is no role {role}."
        values["role_id"] = state.roles[role] if role else None
        values["unmatched_title"] = None if role else values["unmatched_title"]
    if "org_unit" in told:
        values["org_unit_id"] = _unit(values.pop("org_unit"), state, new_units)
    if values["left_on"] or values["leave_reason"]:
        reason = LeaveReason(values["leave_reason"]) if values["leave_reason"] else None
        if fault := employment_fault(values["hired_on"], values["left_on"], reason):
            return f"employment: {fault[0]}: {fault[1]}"
    return Candidate(record, id, values, known, since)


def _unit(code: str | None, state: PeopleState, new_units: dict[str, str]) -> str | None:
    if code is None:
        return None
    known = state.org_units.get(code) or new_units.get(code)
    return known or new_units.setdefault(code, new_written_id())


def _assign_managers(candidates: Mapping[str, Candidate], ids: Mapping[str, str]) -> None:
    """Managers by id where they are known or come with this upload; the others are waited for."""
    for candidate in candidates.values():
        if candidate.record is None or "manager_id" not in candidate.record.values:
            continue
        manager = candidate.record.values["manager_id"]
        candidate.values["manager_id"] = ids.get(manager) if manager else None
        candidate.values["awaited_manager"] = manager if manager and manager not in ids else None


def _welcome(state: PeopleState, candidates: dict[str, Candidate], ids: Mapping[str, str]) -> None:
    """Those who waited for somebody in this upload report to them from now on."""
    for person in state.awaiting:
        manager = ids.get(person.values["awaited_manager"])
        if manager is None:
            continue
        candidate = candidates.setdefault(person.id, Candidate(None, person.id, dict(person.values), person))
        if candidate.record is None or "manager_id" not in candidate.record.values:
            candidate.values |= {"manager_id": manager, "awaited_manager": None}


def _refuse_circles(candidates: dict[str, Candidate], ids: dict[str, str], state: PeopleState, plan: Plan) -> None:
    """Rows that would put somebody above themselves are refused, until no circle is left."""
    while True:
        chart = state.chart | {id: candidate.values["manager_id"] for id, candidate in candidates.items()}
        closing = circles(chart) & candidates.keys()
        if not closing:
            return
        for id in closing:
            candidate = candidates.pop(id)
            if candidate.record is None:
                continue
            detail = f"{candidate.record.reference} would be above themselves."
            plan.findings.append(error(candidate.record.place, "manager_circle", detail))
            if candidate.known is None:
                del ids[candidate.record.reference]
        _assign_managers(candidates, ids)


def _plan_units(candidates: Mapping[str, Candidate], new_units: Mapping[str, str], plan: Plan) -> None:
    used = {candidate.values["org_unit_id"] for candidate in candidates.values()}
    rows = [{"id": id, "code": code, "title": code, "parent_id": None} for code, id in new_units.items() if id in used]
    for row in rows:
        plan.tell("create", "org_unit", str(row["code"]), str(row["code"]))
    plan.step("org_unit", Action.CREATE, _add_org_units, rows)


def _plan_changes(candidates: Mapping[str, Candidate], state: PeopleState, plan: Plan) -> None:
    added: list[Candidate] = []
    changed: list[Candidate] = []
    for candidate in candidates.values():
        key = candidate.record.reference if candidate.record else str(candidate.id)
        if candidate.known is None:
            added.append(candidate)
            plan.tell("create", "person", key, candidate.values["user_name"])
            continue
        _compare(candidate, candidate.known.values, state.begun.get(candidate.id))
        if candidate.changed:
            changed.append(candidate)
            plan.tell("update", "person", key, candidate.values["user_name"], candidate.changed)
        elif candidate.record is not None:
            plan.unchanged["person"] += 1
    plan.step("person", Action.CREATE, _add_people, _managers_first(added), at_once=AT_ONCE)
    plan.step("person", Action.UPDATE, _change_people, changed, at_once=AT_ONCE)


def _managers_first(people: Sequence[Candidate]) -> list[Candidate]:
    """In an order in which everybody's manager is there before them."""
    waiting: dict[str, list[Candidate]] = {}
    new = {person.id for person in people}
    ordered: list[Candidate] = []
    for person in people:
        manager = person.values["manager_id"]
        if manager in new:
            waiting.setdefault(manager, []).append(person)
        else:
            ordered.append(person)
    for person in ordered:  # grows while it is walked
        ordered += waiting.get(person.id, [])
    return ordered


def _compare(candidate: Candidate, before: Mapping[str, Any], begun: datetime | None) -> None:
    after = candidate.values
    names = [name for name, value in after.items() if before[name] != value and name not in NOT_TOLD]
    candidate.moves = stands_anew(_place(before), _place(after), begun, candidate.told)
    candidate.changed = names or ([EFFECTIVE] if candidate.moves else [])


def _place(values: Mapping[str, Any]) -> Assignment:
    return Assignment(values["role_id"], values["manager_id"], values["org_unit_id"])


EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("given_name", "family_name", "email", "role_id", "manager_id", "org_unit_id")),
    **dict.fromkeys(("awaited_manager", "unmatched_title", "hired_on", "left_on", "leave_reason")),
    "active": True,
}


def _standing(candidate: Candidate, since: datetime) -> Standing:
    values = candidate.values
    return Standing(candidate.id, values["role_id"], values["manager_id"], values["org_unit_id"], since)


async def _add_org_units(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await PeopleBulk(session).add_org_units(born(rows, now))


async def _add_people(session: UnitOfWork, rows: Sequence[Candidate], now: datetime) -> None:
    columns = {"id": [row.id for row in rows], **in_columns([row.values for row in rows], PERSON_COLUMNS)}
    beginning = cache(partial(_beginning, now=now))
    arrived = [beginning(row.told or hired_on) for row, hired_on in zip(rows, columns["hired_on"], strict=True)]
    bulk = PeopleBulk(session)
    await bulk.add_people({**columns, "valid_from": arrived}, now)
    references = [row.record.reference.partition(":") for row in rows if row.record is not None]
    await bulk.refer([(source, name, id) for (source, _, name), id in zip(references, columns["id"], strict=True)])
    await _tell(session, PersonCreated, columns)
    await _tell_leaving(session, rows)


async def _change_people(session: UnitOfWork, rows: Sequence[Candidate], now: datetime) -> None:
    bulk = PeopleBulk(session)
    await bulk.change_people(changed_at([{"row_id": row.id, **row.values} for row in rows], now))
    await bulk.stand([_standing(row, start_of(row.told) if row.told else now) for row in rows if row.moves])
    columns = {"id": [row.id for row in rows], **in_columns([row.values for row in rows], TOLD)}
    await _tell(session, PersonUpdated, columns, changed=[sorted(row.changed) for row in rows])
    await _tell_leaving(session, rows)


def _beginning(arrived: date | None, now: datetime) -> datetime:
    """Who is first heard of without a day of hiring has stood there for as long as anybody knows."""
    return min(start_of(arrived), now) if arrived else LONG_AGO


async def _tell_leaving(session: UnitOfWork, rows: Sequence[Candidate]) -> None:
    """The fact of leaving, where it is news."""
    leaving = [row for row in rows if row.values["left_on"] and not (row.known and row.known.values["left_on"])]
    values = in_columns([row.values for row in leaving], (*TOLD, "leave_reason"))
    await _tell(session, PersonLeft, {"id": [row.id for row in leaving], **values}, leave_reason=values["leave_reason"])


async def _tell(session: UnitOfWork, kind: type[PersonFact], columns: Columns, **more: Sequence[Any]) -> None:
    subjects = [f"person:{id}" for id in columns["id"]]
    stands = {name: columns[name] for name in TOLD}
    await record_many(session, kind, subjects, {"person_id": columns["id"], **stands, **more})
