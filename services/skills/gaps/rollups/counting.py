"""Works the figures of people and of groups out, from what is known now. Reads only."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.members import Member
from services.skills.gaps.repository import Held, HoldingRepository
from services.skills.gaps.rollups.repository import PLACE, KeptPlace, RollUpRepository, cell_row, person_row
from services.skills.gaps.rollups.rules import (
    BITS,
    CellKey,
    Edition,
    Group,
    PersonFigures,
    count_person,
    editions_of,
    next_change,
)
from services.skills.gaps.rules import RoleProfile
from services.skills.gaps.totals import Totals, add_up
from services.skills.roles.repository import RequirementRepository, RoleRepository
from services.skills.roles.rules import Requirement
from shared.database.sessions import AnySession

EVERY_HORIZON = sum(BITS.values())
# Counting this many people takes well under a tenth of a second: others get their turn in between.
PART = 200

Skills = frozenset[UUID] | None
"""Some skills, or None: all of them."""
Row = dict[str, Any]


@dataclass(slots=True)
class Counted:
    """Rows to keep: of people, and of cells."""

    members: list[Member] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    cells: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Scene:
    """Everything that the figures of some people are worked out from."""

    policy: Policy
    profiles: Mapping[UUID, RoleProfile]
    held: Mapping[UUID, Held]
    editions: Mapping[UUID, list[Edition]]

    def count(self, member: Member) -> PersonFigures:
        """Who has no role is counted among nobody."""
        role = self.role_of(member)
        if role is None:
            return PersonFigures({EVERY_HORIZON: Totals()}, {})
        return count_person(role, self.held.get(member.person_id, {}), self.policy, self.editions[role.id])

    def role_of(self, member: Member) -> RoleProfile | None:
        return self.profiles.get(member.role_id) if member.role_id else None


class RollUpCounter:
    """Counts people against their own roles."""

    def __init__(self, session: AnySession, now: datetime) -> None:
        self.session = session
        self.now = now
        self.today = now.date()
        self.rollups = RollUpRepository(session)

    async def everybody(self) -> Counted:
        """All people and all cells, in one pass."""
        found = Counted()
        parts: list[dict[tuple[Group, CellKey], Totals]] = []
        for person_ids in _parts(await self.rollups.everybody(self.today)):
            figures = await self._count(person_ids, found)
            parts.append(add_up(_by_group(figures)))
            await asyncio.sleep(0)
        sums = add_up((key, totals) for part in parts for key, totals in part.items())
        found.cells = [cell_row(group, *key, totals) for (group, key), totals in sums.items()]
        return found

    async def people(self, person_ids: Collection[UUID]) -> Counted:
        """Those of these people who are here."""
        found = Counted()
        for part in _parts(person_ids):
            await self._count(part, found)
        return found

    async def cells(self, group: Group, skills: Skills) -> list[Row]:
        """The cells of a group: of some skills, or all."""
        members = await self.rollups.members_of(group, self.today)
        scene = await self._scene(members, skills)
        sums = add_up(item for member in members for item in scene.count(member).cells.items())
        return [cell_row(group, *key, totals) for key, totals in sums.items()]

    async def _count(self, person_ids: Collection[UUID], found: Counted) -> list[tuple[Member, PersonFigures]]:
        present = await self.rollups.members(self.today, person_ids)
        aside = await self.rollups.set_aside(self.today, present)
        scene = await self._scene([member for member, _ in present.values()], None)
        counted = []
        for member, left_on in present.values():
            figures = scene.count(member)
            until = next_change(scene.role_of(member), self.today, [left_on, *aside.get(member.person_id, ())])
            found.people.extend(_person_rows(member, figures, until))
            found.members.append(member)
            counted.append((member, figures))
        return counted

    async def _scene(self, members: Collection[Member], skills: Skills) -> Scene:
        policy = await PolicyRepository(self.session).in_force()
        roles = {member.person_id: member.role_id for member in members}
        titles = await RoleRepository(self.session).titles_of(set(roles.values()))
        requirements = await RequirementRepository(self.session).of_roles(list(titles))
        profiles = {
            id: RoleProfile(id, title, tuple(_narrowed(requirements.get(id, ()), skills)))
            for id, title in titles.items()
        }
        held = await HoldingRepository(self.session).of_people(roles, policy, self.now, past=False, skill_ids=skills)
        editions = {id: editions_of(role, self.today) for id, role in profiles.items()}
        return Scene(policy, profiles, held, editions)


def groups_of(place: Member | KeptPlace) -> list[Group]:
    """The groups that a person is right in."""
    ids = ((kind, getattr(place, column)) for kind, column in PLACE.items())
    return [Group(kind, id) for kind, id in ids if id is not None]


def _by_group(
    counted: Iterable[tuple[Member, PersonFigures]],
) -> Iterable[tuple[tuple[Group, CellKey], Totals]]:
    for member, figures in counted:
        for group in groups_of(member):
            for key, totals in figures.cells.items():
                yield (group, key), totals


def _person_rows(member: Member, figures: PersonFigures, until: date | None) -> list[Row]:
    return [person_row(member, horizons, totals, until) for horizons, totals in figures.totals.items()]


def _narrowed(requirements: Iterable[Requirement], skills: Skills) -> Iterable[Requirement]:
    return requirements if skills is None else (r for r in requirements if r.skill_id in skills)


def _parts(ids: Collection[UUID]) -> list[list[UUID]]:
    every = list(ids)
    return [every[start : start + PART] for start in range(0, len(every), PART)]
