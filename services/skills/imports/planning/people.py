"""Planning of people and the org units that they name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.skills.imports.planning.frameworks import born, changed_at
from services.skills.imports.planning.plan import Plan, Records
from services.skills.imports.records import PersonRecord, error
from services.skills.imports.rules import Action
from services.skills.people.assignments.repository import LONG_AGO
from services.skills.people.bulk import PeopleBulk, PersonState, Standing
from services.skills.people.rules import Assignment, LeaveReason, circles, employment_fault, stands_anew, start_of
from services.skills.roles.bulk import RoleBulk
from shared.contracts.skills.events import PersonCreated, PersonFact, PersonLeft, PersonUpdated
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.facts import Fact
from shared.events.outbox import record as tell
from shared.ids import new_id

AT_ONCE = 2_500
"""People in one transaction: written in little more than a tenth of a second, for which other writers wait."""
NOT_TOLD = frozenset({"user_name_key"})
EFFECTIVE = "effective_from"
PLACE = ("role_id", "manager_id", "org_unit_id")
TOLD = (*PLACE, "active", "hired_on", "left_on")


@dataclass
class PeopleState:
    """What is stored of the people that an upload names, and of the chart they stand in."""

    people: dict[str, PersonState] = field(default_factory=dict)
    user_names: dict[str, UUID] = field(default_factory=dict)
    roles: dict[str, UUID] = field(default_factory=dict)
    org_units: dict[str, UUID] = field(default_factory=dict)
    chart: dict[UUID, UUID | None] = field(default_factory=dict)
    awaiting: list[PersonState] = field(default_factory=list)
    begun: dict[UUID, datetime] = field(default_factory=dict)
    """Since when those stand where they are whose row tells a day."""


class Candidate(msgspec.Struct, gc=False):
    """A person of the upload on the way to being planned.

    `told` is the day from which they stand there, where the row says it; `changed` names what differs, and `moves`
    says that where they stand does, or since when.
    """

    record: PersonRecord | None
    id: UUID
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
        user_names=await bulk.owners_of_user_names({_key(person.values["user_name"]) for person in people}),
        roles={reference: role.id for reference, role in found.items()},
        org_units=await bulk.org_units(),
        chart=await bulk.chart(),
        awaiting=await bulk.awaiting(),
        begun=await bulk.begun([person.id for person in dated if person is not None]),
    )


def plan_people(records: Records, state: PeopleState, plan: Plan, today: date) -> None:
    """Plan org units, then people who are new (managers before their reports), then those who change."""
    ids = {reference: person.id for reference, person in state.people.items()}
    new_units: dict[str, UUID] = {}
    candidates: dict[UUID, Candidate] = {}
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


def _candidate(record: PersonRecord, state: PeopleState, new_units: dict[str, UUID], today: date) -> Candidate | str:
    """The person as they shall be, without their manager; or `code: why` not."""
    told = record.values
    known = state.people.get(record.reference)
    id = known.id if known else new_id()
    key = _key(told["user_name"])
    if state.user_names.get(key, id) != id:
        return f"user_name_taken: Somebody else has the user name {told['user_name']}."
    before = known.values if known else EMPTY
    values = {**before, **told, "user_name_key": key, "manager_id": before["manager_id"]}
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


def _unit(code: str | None, state: PeopleState, new_units: dict[str, UUID]) -> UUID | None:
    if code is None:
        return None
    return state.org_units.get(code) or new_units.setdefault(code, new_id())


def _assign_managers(candidates: Mapping[UUID, Candidate], ids: Mapping[str, UUID]) -> None:
    """Managers by id where they are known or come with this upload; the others are waited for."""
    for candidate in candidates.values():
        if candidate.record is None or "manager_id" not in candidate.record.values:
            continue
        manager = candidate.record.values["manager_id"]
        candidate.values["manager_id"] = ids.get(manager) if manager else None
        candidate.values["awaited_manager"] = manager if manager and manager not in ids else None


def _welcome(state: PeopleState, candidates: dict[UUID, Candidate], ids: Mapping[str, UUID]) -> None:
    """Those who waited for somebody in this upload report to them from now on."""
    for person in state.awaiting:
        manager = ids.get(person.values["awaited_manager"])
        if manager is None:
            continue
        candidate = candidates.setdefault(person.id, Candidate(None, person.id, dict(person.values), person))
        if candidate.record is None or "manager_id" not in candidate.record.values:
            candidate.values |= {"manager_id": manager, "awaited_manager": None}


def _refuse_circles(candidates: dict[UUID, Candidate], ids: dict[str, UUID], state: PeopleState, plan: Plan) -> None:
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


def _plan_units(candidates: Mapping[UUID, Candidate], new_units: Mapping[str, UUID], plan: Plan) -> None:
    used = {candidate.values["org_unit_id"] for candidate in candidates.values()}
    rows = [{"id": id, "code": code, "title": code, "parent_id": None} for code, id in new_units.items() if id in used]
    for row in rows:
        plan.tell("create", "org_unit", str(row["code"]), str(row["code"]))
    plan.step("org_unit", Action.CREATE, _add_org_units, rows)


def _plan_changes(candidates: Mapping[UUID, Candidate], state: PeopleState, plan: Plan) -> None:
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
    waiting: dict[UUID, list[Candidate]] = {}
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


def _key(user_name: str) -> str:
    return user_name.casefold()


def _standing(candidate: Candidate, since: datetime) -> Standing:
    values = candidate.values
    return Standing(candidate.id, values["role_id"], values["manager_id"], values["org_unit_id"], since)


def _facts(kind: type[PersonFact], candidate: Candidate, **more: Any) -> Iterable[Fact]:
    """The fact of a change, and that of leaving where it is news."""
    stands = {name: candidate.values[name] for name in TOLD}
    yield kind(person_id=candidate.id, **stands, **more)
    before = candidate.known.values["left_on"] if candidate.known else None
    if before is None and candidate.values["left_on"] is not None:
        yield PersonLeft(person_id=candidate.id, **stands, leave_reason=candidate.values["leave_reason"])


async def _add_org_units(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await PeopleBulk(session).add_org_units(born(rows, now))


async def _add_people(session: UnitOfWork, rows: Sequence[Candidate], now: datetime) -> None:
    bulk = PeopleBulk(session)
    await bulk.add_people([(row.id, row.values) for row in rows], now)
    references = [(row.record.reference.partition(":"), row.id) for row in rows if row.record is not None]
    await bulk.refer([(source, external_id, id) for (source, _, external_id), id in references])
    await bulk.begin([_standing(row, _arrived(row, now)) for row in rows])
    await tell(session, *(fact for row in rows for fact in _facts(PersonCreated, row)))


async def _change_people(session: UnitOfWork, rows: Sequence[Candidate], now: datetime) -> None:
    bulk = PeopleBulk(session)
    await bulk.change_people(changed_at([{"row_id": row.id, **row.values} for row in rows], now))
    await bulk.stand([_standing(row, start_of(row.told) if row.told else now) for row in rows if row.moves])
    facts = (fact for row in rows for fact in _facts(PersonUpdated, row, changed=sorted(row.changed)))
    await tell(session, *facts)


def _arrived(candidate: Candidate, now: datetime) -> datetime:
    """Who is first heard of without a day of hiring has stood there for as long as anybody knows."""
    arrived = candidate.told or candidate.values["hired_on"]
    return min(start_of(arrived), now) if arrived else LONG_AGO
