"""How many people must hold a skill, and how many do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.skills.gaps.horizons import Horizon
from services.skills.gaps.rules import RoleProfile, in_force


@dataclass(frozen=True, slots=True)
class Demand:
    """What a group asks of one skill: the highest level that a role in it requires, and of how many people."""

    skill_id: UUID
    level: float
    asked: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """One skill of a group, and how many hold it at the level.

    A person's own word alone does not count, nor does a suspended skill.
    """

    demand: Demand
    holders: int

    @property
    def single_point_of_failure(self) -> bool:
        """Everything that the group does with the skill hangs on one person."""
        return self.holders == 1


def demands_of(
    people: Mapping[UUID, int], roles: Mapping[UUID, RoleProfile], horizon: Horizon, level: float | None
) -> dict[UUID, Demand]:
    """By skill. `people` counts who holds each role; `level` stands in for what the roles require."""
    found: dict[UUID, Demand] = {}
    for role_id, count in people.items():
        role = roles.get(role_id)
        for skill_id, needed in in_force(role, horizon).items() if role else ():
            known = found.get(skill_id, Demand(skill_id, 0.0, 0))
            wanted = level if level is not None else max(known.level, needed.level)
            found[skill_id] = Demand(skill_id, wanted, known.asked + count)
    return found


def too_few(
    demands: Iterable[Demand], holders: Mapping[UUID, int], wanted: int, labels: Mapping[UUID, str]
) -> list[Coverage]:
    """Skills that fewer than `wanted` people hold: the fewest holders first, then what most are asked for."""
    found = (Coverage(demand, holders.get(demand.skill_id, 0)) for demand in demands)
    return sorted(
        (coverage for coverage in found if coverage.holders < wanted),
        key=lambda coverage: (
            coverage.holders,
            -coverage.demand.asked,
            labels.get(coverage.demand.skill_id, "").casefold(),
            coverage.demand.skill_id,
        ),
    )
