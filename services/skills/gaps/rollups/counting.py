"""Works out what is to be kept of people and of groups, from what is known now. Reads only."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import numpy as np

from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.members import Member
from services.skills.gaps.rollups.crowds import Crowd, asked_parts, count_crowd
from services.skills.gaps.rollups.dues import DueRepository
from services.skills.gaps.rollups.holdings import Held
from services.skills.gaps.rollups.profiles import Profile, pack_standing
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.rules import KEPT_KINDS, NONE, PLACE, PRESENT, GroupKind, Standing, next_change
from services.skills.gaps.rollups.sheets import Allowance
from services.skills.roles.rules import Requirement
from shared.database.sessions import AnySession

# Packing this many people takes a few hundredths of a second: others get their turn in between.
PART = 500
PackedSheet = tuple[UUID, int, bytes]
"""A group, how many people in it are asked for anything, and its figures."""


@dataclass(slots=True)
class Renewal:
    """What to keep from now on. Where `people` and `groups` are None it replaces everything that was kept."""

    snapshot_id: UUID = PRESENT
    people: Collection[UUID] | None = None
    groups: Mapping[GroupKind, Collection[UUID]] | None = None
    standings: list[tuple[Standing, date | None]] = field(default_factory=list)
    profiles: Collection[Profile] = ()
    numbers: Mapping[UUID, int] = field(default_factory=dict)
    sheets: dict[GroupKind, list[PackedSheet]] = field(default_factory=dict)


class Source(Protocol):
    """Who was there, what they held, and what their roles asked for: at present, or when a cycle closed."""

    snapshot_id: UUID
    policy: Policy

    async def everybody(self) -> list[UUID]: ...

    async def members(self, person_ids: Collection[UUID]) -> list[tuple[Member, date | None]]: ...

    async def of_people(self, roles: Mapping[UUID, UUID | None], numbers: Mapping[UUID, int]) -> dict[UUID, Held]: ...

    async def turning_days(self, person_ids: Collection[UUID]) -> dict[UUID, list[date | None]]: ...

    async def requirements(self, role_ids: Collection[UUID]) -> dict[UUID, list[Requirement]]: ...


class RollUpCounter:
    """Looks people up and counts them against their own roles."""

    def __init__(self, session: AnySession, source: Source, today: date) -> None:
        self.source = source
        self.today = today
        self.rollups = RollUpRepository(session, source.snapshot_id)
        self.dues = DueRepository(session)
        self.profiles: dict[UUID, Profile] = {}
        """By role, as they were read: no role is read twice for one renewal."""
        self.numbers: dict[UUID, int] = {}
        self.new_numbers: dict[UUID, int] = {}

    @property
    def allowance(self) -> Allowance:
        return allowance_of(self.source.policy)

    async def everybody(self) -> Renewal:
        """Everything anew, in one pass."""
        packed = await self._pack(await self.source.everybody())
        standings = [standing for standing, _ in packed]
        profiles = {profile.id: profile for profile in self.profiles.values()}
        sheets = {
            kind: await asyncio.to_thread(sheets_of, standings, kind, profiles, self.allowance) for kind in KEPT_KINDS
        }
        profiles_read = self.profiles.values()
        return Renewal(self.rollups.snapshot_id, None, None, packed, profiles_read, self.new_numbers, sheets)

    async def some(self, person_ids: Collection[UUID]) -> Renewal:
        """These people, and the groups that they were and are in where anything about them is another one."""
        before, packed, after = await self._compared(person_ids)
        due = await self.dues.due_among(person_ids, self.today)
        changed = {id for id in person_ids if id in due or before.get(id) != after.get(id)}
        groups = _places(standings[id] for id in changed for standings in (before, after) if id in standings)
        return await self._with_groups(person_ids, packed, after, groups)

    async def slice(self, person_ids: Collection[UUID]) -> Renewal:
        """These people, who are due among many others, and those of their groups in which nobody else is: a group is
        counted when the last of its people who are due has been looked at.
        """
        before, packed, after = await self._compared(person_ids)
        touched, here = _places([*before.values(), *after.values()]), _places(before.values(), Counter)
        groups = {}
        for kind, ids in touched.items():
            due = await self.dues.due_in(kind, ids, self.today)
            groups[kind] = {id for id in ids if due.get(id, 0) <= here[kind][id]}
        return await self._with_groups(person_ids, packed, after, groups)

    async def _compared(
        self, person_ids: Collection[UUID]
    ) -> tuple[dict[UUID, Standing], list[tuple[Standing, date | None]], dict[UUID, Standing]]:
        """What is kept of people, and what is to be kept."""
        before = await self.rollups.of_people(person_ids)
        packed = await self._pack(person_ids)
        return before, packed, {standing.person_id: standing for standing, _ in packed}

    async def _with_groups(
        self,
        person_ids: Collection[UUID],
        packed: list[tuple[Standing, date | None]],
        after: Mapping[UUID, Standing],
        groups: Mapping[GroupKind, Collection[UUID]],
    ) -> Renewal:
        sheets = await self._sheets(groups, after, set(person_ids))
        return Renewal(
            self.rollups.snapshot_id, person_ids, groups, packed, self.profiles.values(), self.new_numbers, sheets
        )

    async def _sheets(
        self,
        groups: Mapping[GroupKind, Collection[UUID]],
        after: Mapping[UUID, Standing],
        renewed: Collection[UUID],
    ) -> dict[GroupKind, list[PackedSheet]]:
        """The groups with the people who were looked at again, and with the others as they are kept."""
        known = await self.rollups.in_groups(groups)
        members = [*(s for s in known if s.person_id not in renewed), *after.values()]
        profiles = {profile.id: profile for profile in self.profiles.values()}
        profiles |= await self.rollups.profiles({s.profile_id for s in members} - {NONE, *profiles})
        return {
            kind: sheets_of([s for s in members if getattr(s, PLACE[kind]) in ids], kind, profiles, self.allowance)
            for kind, ids in groups.items()
        }

    async def _pack(self, person_ids: Collection[UUID]) -> list[tuple[Standing, date | None]]:
        every, found = sorted(person_ids), list[tuple[Standing, date | None]]()
        for start in range(0, len(every), PART):
            members = await self.source.members(every[start : start + PART])
            roles = {member.person_id: member.role_id for member, _ in members}
            await self._read_profiles({role_id for role_id in roles.values() if role_id is not None})
            held = await self.source.of_people(roles, self.numbers)
            days = await self.source.turning_days(roles)
            for member, left_on in members:
                until = next_change(self.today, [left_on, *days.get(member.person_id, ())])
                found.append((self._standing(member, held[member.person_id]), until))
            await asyncio.sleep(0)
        return found

    def _standing(self, member: Member, held: Mapping[int, bytes]) -> Standing:
        profile = self.profiles.get(member.role_id) if member.role_id else None
        return Standing(
            member.person_id,
            member.role_id or NONE,
            member.org_unit_id or NONE,
            member.manager_id or NONE,
            profile.id if profile else NONE,
            pack_standing(profile, held) if profile else b"",
        )

    async def _read_profiles(self, role_ids: Collection[UUID]) -> None:
        unread = [id for id in role_ids if id not in self.profiles]
        if not unread:
            return
        requirements = await self.source.requirements(unread)
        await self._number({r.skill_id for asked in requirements.values() for r in asked})
        self.profiles.update({id: Profile.of(requirements.get(id, ()), self.numbers) for id in unread})

    async def _number(self, skill_ids: Collection[UUID]) -> None:
        unknown = [id for id in skill_ids if id not in self.numbers]
        self.numbers.update(await self.rollups.numbers(unknown))
        new = sorted(id for id in unknown if id not in self.numbers)
        if new:
            last = max([await self.rollups.last_number(), *self.new_numbers.values()])
            self.new_numbers.update({id: number for number, id in enumerate(new, last + 1)})
            self.numbers.update(self.new_numbers)


def _places(standings: Iterable[Standing], gather: Any = set) -> dict[GroupKind, Any]:
    """The groups of people by kind, gathered as a set or as a Counter."""
    found = list(standings)
    return {kind: gather(getattr(standing, PLACE[kind]) for standing in found) for kind in KEPT_KINDS}


def allowance_of(policy: Policy) -> Allowance:
    return Allowance(policy.tolerance, policy.self_may_meet)


def sheets_of(
    standings: Sequence[Standing], kind: GroupKind, profiles: Mapping[UUID, Profile], allowance: Allowance
) -> list[PackedSheet]:
    """The packed sheet of each group that anybody is in. Who is asked for nothing stands behind no figure."""
    place = PLACE[kind]
    crowd = Crowd.of((getattr(standing, place), standing.profile_id, standing.held) for standing in standings)
    people = np.zeros(len(crowd.groups), dtype=np.int64)
    for part, _ in asked_parts(crowd, profiles):
        people += np.bincount(part.group, minlength=len(people))
    cells = count_crowd(crowd, profiles, allowance).added().pack(len(crowd.groups))
    return list(zip(crowd.groups, people.tolist(), cells, strict=True))
