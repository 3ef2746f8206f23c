"""Use cases of kept figures: refresh what changed, or all of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
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
    GroupKind,
    PersonFigures,
    editions_of,
    figures_of,
    next_change,
)
from services.skills.gaps.rules import RoleProfile
from services.skills.gaps.totals import Totals
from services.skills.roles.repository import RequirementRepository, RoleRepository
from services.skills.roles.rules import Requirement
from shared.database.sessions import UnitOfWork

Key = TypeVar("Key")
EVERY_HORIZON = sum(BITS.values())
# From so many changed people on, one pass over everybody is quicker than group by group.
MANY = 2_000
PART = 2_000

Skills = frozenset[UUID] | None
"""Some skills, or None: all of them."""


@dataclass(slots=True)
class Changes:
    """What happened, reduced to what must be worked out again."""

    everything: bool = False
    skills: dict[UUID, set[UUID]] = field(default_factory=dict)
    """By person, the skills whose level changed."""
    people: set[UUID] = field(default_factory=set)
    """Who came, moved or left."""
    roles: set[UUID] = field(default_factory=set)
    """Roles that ask for something else now."""

    def add(self, other: "Changes") -> None:
        self.everything |= other.everything
        self.people |= other.people
        self.roles |= other.roles
        for person_id, skill_ids in other.skills.items():
            self.skills.setdefault(person_id, set()).update(skill_ids)


@dataclass(slots=True)
class Scene:
    """Everything that the figures of some people are worked out from."""

    policy: Policy
    profiles: Mapping[UUID, RoleProfile]
    held: Mapping[UUID, Held]
    editions: Mapping[UUID, list[Edition]]

    def figures(self, member: Member) -> PersonFigures:
        """Who has no role is counted among nobody."""
        role = self.profiles.get(member.role_id) if member.role_id else None
        if role is None:
            return PersonFigures({EVERY_HORIZON: Totals()}, {})
        return figures_of(role, self.held.get(member.person_id, {}), self.policy, self.editions[role.id])


class RollUpService:
    """Works figures out from what is known now, in the smallest scope that changed."""

    def __init__(self, session: UnitOfWork, now: datetime) -> None:
        self.session = session
        self.now = now
        self.today = now.date()
        self.rollups = RollUpRepository(session)

    async def refresh(self, changes: Changes) -> None:
        """Bring the kept figures up to date. Doing it twice changes nothing."""
        people: dict[UUID, Skills] = {id: frozenset(skills) for id, skills in changes.skills.items()}
        people.update(dict.fromkeys(changes.people))
        for role_id in changes.roles:
            holders = await self.rollups.members_of(Group(GroupKind.ROLE, role_id), self.today)
            people.update(dict.fromkeys(member.person_id for member in holders))
        if changes.everything or len(people) > MANY:
            await self.rebuild()
        elif people:
            await self._refresh_people(people)

    async def rebuild(self) -> None:
        """Work out everything anew, in one pass over everybody."""
        await self.rollups.clear()
        sums: dict[tuple[Group, CellKey], Totals] = {}
        everybody = await self.rollups.everybody(self.today)
        for start in range(0, len(everybody), PART):
            for member, figures in await self._recount(everybody[start : start + PART]):
                for group in groups_of(member):
                    _add(sums, (((group, key), totals) for key, totals in figures.cells.items()))
        await self.rollups.keep_cells([cell_row(group, *key, totals) for (group, key), totals in sums.items()])

    async def _refresh_people(self, people: Mapping[UUID, Skills]) -> None:
        before = await self.rollups.places(people)
        await self.rollups.forget_people(people)
        after = {member.person_id: member for member, _ in await self._recount(people)}
        for group, skills in _touched(people, before, after).items():
            await self._refresh_group(group, skills)

    async def _recount(self, person_ids: Collection[UUID]) -> list[tuple[Member, PersonFigures]]:
        """Keep the figures of those of these people who are here."""
        present = await self.rollups.members(self.today, person_ids)
        aside = await self.rollups.set_aside(self.today, present)
        scene = await self._scene([member for member, _ in present.values()], None)
        counted, rows = [], list[dict[str, Any]]()
        for member, left_on in present.values():
            figures = scene.figures(member)
            role = scene.profiles.get(member.role_id) if member.role_id else None
            until = next_change(role, self.today, [left_on, *aside.get(member.person_id, ())])
            rows.extend(person_row(member, horizons, totals, until) for horizons, totals in figures.totals.items())
            counted.append((member, figures))
        await self.rollups.keep_people(rows)
        return counted

    async def _refresh_group(self, group: Group, skills: Skills) -> None:
        members = await self.rollups.members_of(group, self.today)
        scene = await self._scene(members, skills)
        sums: dict[CellKey, Totals] = {}
        for member in members:
            _add(sums, scene.figures(member).cells.items())
        await self.rollups.forget_cells(group, skills)
        await self.rollups.keep_cells([cell_row(group, *key, totals) for key, totals in sums.items()])

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


def _narrowed(requirements: Iterable[Requirement], skills: Skills) -> Iterable[Requirement]:
    return requirements if skills is None else (r for r in requirements if r.skill_id in skills)


def groups_of(place: Member | KeptPlace) -> list[Group]:
    """The groups that a person is right in."""
    ids = ((kind, getattr(place, column)) for kind, column in PLACE.items())
    return [Group(kind, id) for kind, id in ids if id is not None]


def _touched(
    people: Mapping[UUID, Skills], before: Mapping[UUID, KeptPlace], after: Mapping[UUID, Member]
) -> dict[Group, Skills]:
    """The groups whose cells must be worked out again: in some skills where only a level changed, else in all."""
    found: dict[Group, Skills] = {}
    for person_id, skills in people.items():
        old, new = before.get(person_id), after.get(person_id)
        stayed = old is not None and new is not None and old == place_of(new)
        for group in {*(groups_of(old) if old else ()), *(groups_of(new) if new else ())}:
            known = found.get(group, frozenset())
            found[group] = known | skills if stayed and skills is not None and known is not None else None
    return found


def place_of(member: Member) -> KeptPlace:
    return KeptPlace(member.role_id, member.org_unit_id, member.manager_id)


def _add(sums: dict[Key, Totals], figures: Iterable[tuple[Key, Totals]]) -> None:
    for key, totals in figures:
        known = sums.get(key)
        sums[key] = totals if known is None else known + totals
