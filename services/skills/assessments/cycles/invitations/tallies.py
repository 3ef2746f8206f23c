"""How much of what a cycle asks was given: kept person by person, and counted for whom nothing true is kept.

With millions of ratings a count over all of them takes half a minute. Whoever is rated loses what was kept about them,
in the transaction of the rating; another role, other requirements or another policy show in what a row says it was
counted for. So the sum is always that of the ledger, and `TallyWatch` sees to it that little is left to count.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, case, delete, exists, func, select
from sqlmodel import col

from services.skills.assessments.cycles.invitations.models import CycleTally
from services.skills.assessments.cycles.invitations.repository import members_of
from services.skills.assessments.cycles.invitations.rules import Asked, Member, asked_of
from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.models import RatingRow
from services.skills.assessments.ratings.repository import answered_in
from services.skills.roles.repository import needed_on
from shared.database.sessions import AnySession
from shared.database.upserts import among, upsert

AT_ONCE = 250
"""People counted in one statement: some thousands of ratings."""
MANY = 2_000
COLUMNS = ("role_id", "asked", "done")
_tallies: Any = CycleTally.__table__  # type: ignore[attr-defined]


class Crowd(NamedTuple):
    """The members in one role: how many, and how many of them have a manager."""

    people: int
    led: int


class TallyRepository:
    """Tallies of one cycle."""

    def __init__(
        self, session: AnySession, cycle: AssessmentCycle, wanted: Mapping[Source, int], now: datetime
    ) -> None:
        self.session = session
        self.cycle = cycle
        self.wanted = wanted
        self.now = now
        self.members = members_of(cycle, now.date()).subquery("members")
        kept, member = _tallies.c, self.members.c
        # Of the rows about a person, which are written together, the first one tells whether there are any.
        self.first = next((source.value for source in wanted), "")
        self.own = and_(kept.cycle_id == cycle.id, kept.person_id == member.person_id, kept.role_id == member.role_id)

    async def asked(self) -> dict[UUID, Asked]:
        """What is asked about the members in each role."""
        closed_at = self.cycle.closed_at
        needed = needed_on(closed_at.date() if closed_at else self.now.date(), closed_at).subquery("needed")
        held = exists().where(self.members.c.role_id == needed.c.role_id)
        skills: dict[UUID, set[UUID]] = {}
        for role_id, skill_id in await self.session.execute(select(needed.c.role_id, needed.c.skill_id).where(held)):
            skills.setdefault(role_id, set()).add(skill_id)
        return {role_id: asked_of(found, self.wanted) for role_id, found in skills.items()}

    async def crowds(self) -> dict[UUID | None, Crowd]:
        """How many members there are, by role."""
        role_id, manager_id = self.members.c.role_id, self.members.c.manager_id
        rows = await self.session.execute(select(role_id, func.count(), func.count(manager_id)).group_by(role_id))
        return {role: Crowd(people, led) for role, people, led in rows}

    async def kept(self) -> list[tuple[UUID, int, Source, int, int]]:
        """What is kept, by role, by what it was counted for, and by source: about how many people, and the sum."""
        kept, member = _tallies.c, self.members.c
        unasked = and_(kept.source == Source.MANAGER, member.manager_id.is_(None))
        rows = await self.session.execute(
            select(kept.role_id, kept.asked, kept.source, func.count(), func.sum(case((unasked, 0), else_=kept.done)))
            .select_from(self.members)
            .join(_tallies, self.own)
            .group_by(kept.role_id, kept.asked, kept.source)
        )
        return [(role, asked, Source(source), people, int(done)) for role, asked, source, people, done in rows]

    async def untallied(self, asked: Mapping[UUID, Asked], role_ids: Collection[UUID]) -> list[Member]:
        """The members in some roles about whom nothing true is kept."""
        kept, member = _tallies.c, self.members.c
        rows = await self.session.execute(
            select(member.person_id, member.role_id, member.manager_id, kept.asked)
            .outerjoin(_tallies, and_(self.own, kept.source == self.first))
            .where(among(self.session, member.role_id, role_ids))
        )
        return [Member(id, role, manager) for id, role, manager, key in rows if key != asked[role].key]

    async def every(self, sources: Collection[Source]) -> AsyncIterator[Any]:
        """Every member with a role, and for each of these sources what is kept about them. Read MANY at a time, so
        that nobody waits while hundreds of thousands of rows are taken in.
        """
        kept, member, after = _tallies.c, self.members.c, None
        while True:
            conditions = [member.role_id.is_not(None), *([member.person_id > after] if after else [])]
            some = select(self.members).where(*conditions).order_by(member.person_id).limit(MANY).subquery("some")
            own = and_(
                kept.cycle_id == self.cycle.id,
                kept.person_id == some.c.person_id,
                kept.role_id == some.c.role_id,
                kept.source.in_(sources),
            )
            columns = (some.c.person_id, some.c.role_id, some.c.manager_id, kept.source, kept.asked, kept.done)
            statement = select(*columns).outerjoin(_tallies, own).order_by(some.c.person_id)
            rows = (await self.session.execute(statement)).all()
            for row in rows:
                yield row
            if not rows:
                return
            after = rows[-1].person_id

    async def count(self, people: Sequence[Member], asked: Mapping[UUID, Asked]) -> dict[UUID, dict[Source, int]]:
        """The same for some members, from the ledger."""
        found = {member.person_id: dict.fromkeys(self.wanted, 0) for member in people}
        roles = {member.person_id: member.role_id for member in people}
        for start in range(0, len(people), AT_ONCE):
            some = [member.person_id for member in people[start : start + AT_ONCE]]
            statement = answered_in(self.cycle.id, among(self.session, col(RatingRow.person_id), some))
            for person_id, skill_id, name, raters in await self.session.execute(statement):
                source = Source(name)
                if skill_id in asked[roles[person_id]].skills and raters >= self.wanted.get(source, raters + 1):
                    found[person_id][source] += 1
        return found

    async def keep(self, people: Sequence[Member], asked: Mapping[UUID, Asked]) -> None:
        """Count some members, and keep it."""
        counted = await self.count(people, asked)
        rows = [
            {
                "cycle_id": self.cycle.id,
                "person_id": member.person_id,
                "source": source.value,
                "role_id": member.role_id,
                "asked": asked[member.role_id].key,
                "done": done,
            }
            for member in people
            for source, done in counted[member.person_id].items()
        ]
        if rows:
            await self.session.execute(upsert(CycleTally, update=COLUMNS), rows)


async def forget(session: AnySession, rated: Iterable[tuple[UUID | None, UUID]]) -> None:
    """Throw away what was kept about people who were rated in a cycle, or of whom a rating was taken back or disputed.

    After their ledger was locked: whoever counts them has seen the change, or is seen here.
    """
    pairs = {(cycle_id, person_id) for cycle_id, person_id in rated if cycle_id is not None}
    for cycle_id in {cycle_id for cycle_id, _ in pairs}:
        people = [person_id for other, person_id in pairs if other == cycle_id]
        await session.execute(
            delete(CycleTally)
            .where(col(CycleTally.cycle_id) == cycle_id, among(session, col(CycleTally.person_id), people))
            .execution_options(synchronize_session=False)
        )
