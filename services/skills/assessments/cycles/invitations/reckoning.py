"""Sums over everybody in a cycle's audience: from what is kept about people, and counted for the rest."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.skills.assessments.cycles.invitations import rules
from services.skills.assessments.cycles.invitations.repository import InvitationRepository
from services.skills.assessments.cycles.invitations.rules import Asked, Member, Owed
from services.skills.assessments.cycles.invitations.tallies import Crowd, TallyRepository
from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Source
from shared.database.sessions import AnySession, ReadOnlySession

ROLES_AT_ONCE = 20
NOBODY = Crowd(0, 0)  # in a role that somebody has left since another statement saw them in it


@dataclass(frozen=True, slots=True)
class Progress:
    """How many people are asked about; how many ratings each source owes, and has given."""

    people: int
    wanted: Mapping[Source, int]
    done: Mapping[Source, int]


class Reckoning:
    """Adds up the tallies of one cycle."""

    def __init__(self, tallies: TallyRepository) -> None:
        self.tallies = tallies
        self.sources = tuple(tallies.wanted)

    async def progress(self) -> Progress:
        asked, crowds = await self.tallies.asked(), await self.tallies.crowds()
        wanted = {source: _wanted(source, asked, crowds) for source in self.sources}
        done, lacking = await self._kept(asked, crowds)
        members = await self._members_in(lacking, asked)
        counted = await self.tallies.count(members, asked)
        for member in members:
            for source, count in counted[member.person_id].items():
                done[source] += 0 if source is Source.MANAGER and member.manager_id is None else count
        return Progress(sum(crowd.people for crowd in crowds.values()), wanted, done)

    async def untallied(self) -> tuple[list[Member], dict[UUID, Asked]]:
        """About whom nothing true is kept, and what is asked about them."""
        asked = await self.tallies.asked()
        _, lacking = await self._kept(asked, await self.tallies.crowds())
        return await self._members_in(lacking, asked), asked

    async def _kept(
        self, asked: Mapping[UUID, Asked], crowds: Mapping[UUID | None, Crowd]
    ) -> tuple[dict[Source, int], list[UUID]]:
        """What is kept and true, by source; and the roles with members about whom nothing is."""
        done, known = dict.fromkeys(self.sources, 0), dict.fromkeys(asked, 0)
        if not self.sources:
            return done, []
        for role_id, key, source, people, count in await self.tallies.kept():
            if role_id in asked and asked[role_id].key == key:
                done[source] += count
                known[role_id] += people if source == self.sources[0] else 0
        return done, [role_id for role_id, people in known.items() if people < crowds.get(role_id, NOBODY).people]

    async def _members_in(self, role_ids: Sequence[UUID], asked: Mapping[UUID, Asked]) -> list[Member]:
        """Those of some roles about whom nothing true is kept; a few roles at a time."""
        found: list[Member] = []
        for start in range(0, len(role_ids), ROLES_AT_ONCE):
            found += await self.tallies.untallied(asked, role_ids[start : start + ROLES_AT_ONCE])
        return found

    async def still_owed(self) -> list[Owed]:
        """How many ratings of each person those still owe who are named for it."""
        asked = await self.tallies.asked()
        sources = [source for source in rules.OWNERS if source in self.sources]
        done: dict[Member, dict[Source, int]] = {}
        async for person_id, role_id, manager_id, source, key, count in self.tallies.every(sources):
            if role_id in asked:
                kept = done.setdefault(Member(person_id, role_id, manager_id), {})
                if key == asked[role_id].key:
                    kept[Source(source)] = count
        lacking = [member for member, kept in done.items() if len(kept) < len(sources)]
        counted = await self.tallies.count(lacking, asked)
        known = {member: counted.get(member.person_id, kept) for member, kept in done.items()}
        return await asyncio.to_thread(rules.still_owed, known, asked, sources)


async def wanted_in(session: AnySession, cycle: AssessmentCycle) -> dict[Source, int]:
    """How many ratings of each skill the cycle asks of each source, by the policy in force."""
    policy = await PolicyRepository(session).in_force()
    return rules.wanted_of([Source(source) for source in cycle.required_sources], policy)


async def tallies_of(session: AnySession, cycle: AssessmentCycle, now: datetime) -> TallyRepository:
    return TallyRepository(session, cycle, await wanted_in(session, cycle), now)


async def reminders_of(session: ReadOnlySession, cycle: AssessmentCycle, now: datetime) -> dict[UUID, int]:
    """How many ratings each person still owes who is named for them or stands in for who is."""
    tallies = await tallies_of(session, cycle, now)
    found = await Reckoning(tallies).still_owed()
    invitations = InvitationRepository(session, cycle, tallies.wanted, now)
    acting = await invitations.acting({owed.manager_id for owed in found if owed.manager_id is not None})
    return await asyncio.to_thread(rules.reminders, found, acting)


def _wanted(source: Source, asked: Mapping[UUID, Asked], crowds: Mapping[UUID | None, Crowd]) -> int:
    counts = ((len(told.skills), crowds.get(role_id, NOBODY)) for role_id, told in asked.items())
    return sum(skills * (crowd.led if source is Source.MANAGER else crowd.people) for skills, crowd in counts)
