"""What is kept of one person, for which horizons it holds, and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.horizons import SHORT_TERM, Horizon, Term, read_horizon
from services.skills.gaps.rules import HeldSkill, RoleProfile, find_gaps, in_force
from services.skills.gaps.totals import Totals, figures_of, total_of

BITS: Mapping[str, int] = {Term.NOW: 1, Term.SHORT: 2, Term.LONG: 4}


class GroupKind(StrEnum):
    """What cells are kept by."""

    ORG_UNIT = "org_unit"
    ROLE = "role"
    MANAGER = "manager"


class Group(NamedTuple):
    """A group of people whose cells are kept."""

    kind: GroupKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Edition:
    """What a role requires, and the horizons (as bits) for which that is so."""

    horizons: int
    horizon: Horizon


CellKey = tuple[UUID, int]
"""A skill, and the horizons (as bits) for which its figures hold."""


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """A person's figures against their own role: altogether by horizons, and by skill and horizons."""

    totals: dict[int, Totals]
    cells: dict[CellKey, Totals]


def editions_of(role: RoleProfile, today: date) -> list[Edition]:
    """The different sets of requirements that the three horizons reach; mostly there is one."""
    found: list[tuple[object, Edition]] = []
    for name, bit in BITS.items():
        horizon = read_horizon(name, today)
        required = in_force(role, horizon)
        for place, (known, edition) in enumerate(found):
            if known == required:
                found[place] = (known, Edition(edition.horizons | bit, edition.horizon))
                break
        else:
            found.append((required, Edition(bit, horizon)))
    return [edition for _, edition in found]


def count_person(
    role: RoleProfile, held: Mapping[UUID, HeldSkill], policy: Policy, editions: Iterable[Edition]
) -> PersonFigures:
    """The figures of somebody who holds `role`. What is the same in several horizons is kept once."""
    totals: dict[int, Totals] = {}
    same: dict[tuple[UUID, Totals], int] = {}
    for edition in editions:
        gaps = find_gaps(
            role, role, held, edition.horizon, tolerance=policy.tolerance, self_may_meet=policy.self_may_meet
        )
        figures = [figures_of(gap) for gap in gaps]
        totals[edition.horizons] = total_of(figures)
        for gap, found in zip(gaps, figures, strict=True):
            if found.people:
                key = (gap.skill_id, found)
                same[key] = same.get(key, 0) | edition.horizons
    return PersonFigures(totals, {(skill_id, horizons): found for (skill_id, found), horizons in same.items()})


def next_change(role: RoleProfile | None, today: date, others: Iterable[date | None]) -> date | None:
    """The first day after today on which a requirement enters a horizon, or one of `others` comes."""
    required = role.requirements if role else ()
    starts = [requirement.effective_from for requirement in required if requirement.effective_from]
    days = [*starts, *(start - SHORT_TERM for start in starts), *(day for day in others if day)]
    return min((day for day in days if day > today), default=None)


def day_after(day: date | None) -> date | None:
    """What ends on a day is gone on the next one."""
    return None if day is None else day + timedelta(days=1)
