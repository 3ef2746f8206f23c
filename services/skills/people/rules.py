"""Org chart decisions: who leads whom, which changes would bite their own tail, who is still here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

Node = TypeVar("Node", UUID, str)


class LeaveReason(StrEnum):
    VOLUNTARY = "voluntary"
    INVOLUNTARY = "involuntary"
    OTHER = "other"


def has_left(left_on: date | None, today: date) -> bool:
    """Only a date of leaving is leaving. A switched-off account (`active: false`) is not."""
    return left_on is not None and left_on <= today


def employment_fault(
    hired_on: date | None, left_on: date | None, leave_reason: LeaveReason | None
) -> tuple[str, str] | None:
    """What is wrong with the dates of an employment: (field, why), or None."""
    if left_on is not None and leave_reason is None:
        return "leave_reason", "Who leaves does so for a reason: voluntary, involuntary or other."
    if left_on is None and leave_reason is not None:
        return "leave_reason", "A reason for leaving needs the date, left_on."
    if hired_on is not None and left_on is not None and left_on < hired_on:
        return "left_on", "Nobody leaves before they were hired."
    return None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where a person stood from one day on: role, manager, org unit."""

    role_id: UUID | None
    manager_id: UUID | None
    org_unit_id: UUID | None


def start_of(day: date) -> datetime:
    """When a day begins, everywhere in this organisation: midnight UTC."""
    return datetime.combine(day, time(), UTC)


def stands_anew(before: Assignment, after: Assignment, begun: datetime | None, told: date | None) -> bool:
    """Whether the ledger changes: for another place, or for the same one told from an earlier day than it has stood
    there (`begun`) as far as the ledger knows.
    """
    return before != after or (told is not None and begun is not None and start_of(told) < begun)


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody's manager from one moment until another; None: until now."""

    manager_id: UUID
    valid_from: datetime
    valid_to: datetime | None


def manager_at(tenures: Iterable[Tenure], moment: datetime) -> UUID | None:
    """Who the manager was at a moment, of all whom somebody ever had."""
    for tenure in tenures:
        if tenure.valid_from <= moment and (tenure.valid_to is None or tenure.valid_to > moment):
            return tenure.manager_id
    return None


def upward(start: UUID, parent_of: Callable[[UUID], UUID | None]) -> Iterator[UUID]:
    """Those above `start`, nearest first. Ends at the top, and also where the chart runs in a circle."""
    seen = {start}
    above = parent_of(start)
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = parent_of(above)


def downward(start: UUID, parent_of: Mapping[UUID, UUID | None]) -> list[UUID]:
    """Everybody below `start`, all levels down, level by level."""
    children: dict[UUID, list[UUID]] = {}
    for child, parent in parent_of.items():
        if parent is not None:
            children.setdefault(parent, []).append(child)
    found: dict[UUID, None] = {}
    level = children.get(start, [])
    while level:
        fresh = [child for child in level if child not in found and child != start]
        found.update(dict.fromkeys(fresh))
        level = [grandchild for child in fresh for grandchild in children.get(child, [])]
    return list(found)


def closes_a_circle(node: UUID, new_parent: UUID | None, parent_of: Callable[[UUID], UUID | None]) -> bool:
    """Whether `node` under `new_parent` would end up above itself (or be its own parent)."""
    if new_parent is None:
        return False
    return node == new_parent or node in upward(new_parent, parent_of)


def circles(parent_of: Mapping[Node, Node | None]) -> set[Node]:
    """All nodes that stand in a circle, found in one pass over the whole chart (for bulk loads)."""
    state: dict[Node, int] = {}
    found: set[Node] = set()
    for walk, start in enumerate(parent_of):
        path: list[Node] = []
        node: Node | None = start
        while node is not None and node in parent_of and node not in state:
            state[node] = walk
            path.append(node)
            node = parent_of[node]
        if node is not None and state.get(node) == walk and node in path:
            found.update(path[path.index(node) :])
    return found


@dataclass(frozen=True, slots=True)
class Manager:
    """One step of a reporting line. `level` 1 is the line manager."""

    person_id: UUID
    level: int
    acting: bool
    deputy_ids: tuple[UUID, ...] = ()


def first_acting(line: Iterable[Manager]) -> Manager | None:
    """The nearest manager who is active and has not left."""
    return next((manager for manager in line if manager.acting), None)
