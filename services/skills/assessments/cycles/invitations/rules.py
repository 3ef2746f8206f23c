"""Which ratings a cycle asks for, who owes them, and when they are given."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from services.skills.assessments.policies.rules import Policy, Source

Owner = Callable[[UUID, UUID | None], UUID | None]
OWNERS: Mapping[Source, Owner] = {
    Source.SELF: lambda person_id, _: person_id,
    Source.MANAGER: lambda _, manager_id: manager_id,
}
"""The sources whose ratings a named person owes: from the person who is rated and who leads them today."""


def wanted_of(sources: Collection[Source], policy: Policy) -> dict[Source, int]:
    """How many ratings each source owes of each skill: of peers the policy's minimum, else one.

    A source that the policy weighs 0 is not asked.
    """
    return {
        source: policy.minimum_peers if source is Source.PEER else 1
        for source in Source
        if source in sources and policy.weight(source) > 0
    }


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a source owes about a person's skill: `wanted` ratings, of which `raters` people gave one."""

    person_id: UUID
    manager_id: UUID | None
    skill_id: UUID
    source: Source
    wanted: int
    raters: int

    @property
    def done(self) -> bool:
        """How many peers have answered is told only once all of them have: there is no half done."""
        return self.raters >= self.wanted


def owner_of(source: Source, person_id: UUID, manager_id: UUID | None) -> UUID | None:
    """Who owes a rating; None where the cycle does not name a person for it."""
    owner = OWNERS.get(source)
    return owner(person_id, manager_id) if owner else None


def share(done: int, wanted: int) -> float | None:
    return round(done / wanted, 4) if wanted else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about people in one role. `key` stands for all of it: with another key it is something else."""

    skills: Collection[UUID]
    key: int


def asked_of(skills: Collection[UUID], wanted: Mapping[Source, int]) -> Asked:
    """`skills` that a role requires, asked of each source as often as `wanted` says."""
    told = [*sorted(skill.hex for skill in skills), *(f"{source}{number}" for source, number in wanted.items())]
    digest = hashlib.blake2b(" ".join(told).encode(), digest_size=8).digest()
    return Asked(frozenset(skills), int.from_bytes(digest, "big", signed=True))


class Member(NamedTuple):
    """Somebody in the audience of a cycle whose role is asked about."""

    person_id: UUID
    role_id: UUID
    manager_id: UUID | None


@dataclass(frozen=True, slots=True)
class Owed:
    """How many ratings of a person a source still owes."""

    person_id: UUID
    manager_id: UUID | None
    source: Source
    count: int


def still_owed(
    done: Mapping[Member, Mapping[Source, int]], asked: Mapping[UUID, Asked], sources: Collection[Source]
) -> list[Owed]:
    """What these sources owe about members, by what they have done of what is asked about the members' roles."""
    return [
        Owed(member.person_id, member.manager_id, source, left)
        for member, known in done.items()
        for source in sources
        if (left := len(asked[member.role_id].skills) - known[source]) > 0
    ]


def reminders(found: Iterable[Owed], acting: Mapping[UUID, UUID | None]) -> dict[UUID, int]:
    """How many ratings each named person still owes; `acting` tells who stands in for a manager who is away."""
    owed: dict[UUID, int] = {}
    for item in found:
        manager_id = acting[item.manager_id] if item.manager_id else None
        if (owner := owner_of(item.source, item.person_id, manager_id)) is not None:
            owed[owner] = owed.get(owner, 0) + item.count
    return owed
