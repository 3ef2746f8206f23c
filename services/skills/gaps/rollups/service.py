"""Use cases of kept figures: refresh what changed, or all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.skills.gaps.members import Member
from services.skills.gaps.rollups.counting import Counted, RollUpCounter, Skills, groups_of
from services.skills.gaps.rollups.repository import KeptPlace, RollUpRepository
from services.skills.gaps.rollups.rules import Group, GroupKind
from shared.database.sessions import UnitOfWork

# From so many changed people on, one pass over everybody is quicker than group by group.
MANY = 2_000


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


class RollUpService:
    """Works figures out from what is known now, in the smallest scope that changed, and keeps them."""

    def __init__(self, session: UnitOfWork, now: datetime) -> None:
        self.today = now.date()
        self.rollups = RollUpRepository(session)
        self.counter = RollUpCounter(session, now)

    async def refresh(self, changes: Changes) -> None:
        """Bring the kept figures up to date. Doing it twice changes nothing."""
        people: dict[UUID, Skills] = {id: frozenset(skills) for id, skills in changes.skills.items()}
        people.update(dict.fromkeys(changes.people))
        for role_id in changes.roles:
            holders = await self.rollups.members_of(Group(GroupKind.ROLE, role_id), self.today)
            people.update(dict.fromkeys(member.person_id for member in holders))
        if changes.everything or len(people) > MANY:
            await self.keep_only(await self.counter.everybody())
        elif people:
            await self._refresh_people(people)

    async def keep_only(self, counted: Counted) -> None:
        """Forget everything else."""
        await self.rollups.clear()
        await self.rollups.keep_people(counted.people)
        await self.rollups.keep_cells(counted.cells)

    async def _refresh_people(self, people: Mapping[UUID, Skills]) -> None:
        before = await self.rollups.places(people)
        counted = await self.counter.people(people)
        await self.rollups.forget_people(people)
        await self.rollups.keep_people(counted.people)
        after = {member.person_id: member for member in counted.members}
        for group, skills in _touched(people, before, after).items():
            cells = await self.counter.cells(group, skills)
            await self.rollups.forget_cells(group, skills)
            await self.rollups.keep_cells(cells)


def _touched(
    people: Mapping[UUID, Skills], before: Mapping[UUID, KeptPlace], after: Mapping[UUID, Member]
) -> dict[Group, Skills]:
    """The groups whose cells must be worked out again: in some skills where only a level changed, else in all."""
    found: dict[Group, Skills] = {}
    for person_id, skills in people.items():
        old, new = before.get(person_id), after.get(person_id)
        stayed = old is not None and new is not None and old == _place_of(new)
        for group in {*(groups_of(old) if old else ()), *(groups_of(new) if new else ())}:
            known = found.get(group, frozenset())
            found[group] = known | skills if stayed and skills is not None and known is not None else None
    return found


def _place_of(member: Member) -> KeptPlace:
    return KeptPlace(member.role_id, member.org_unit_id, member.manager_id)
