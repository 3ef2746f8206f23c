"""Queries of what many people hold, packed as it is read."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, case, or_, select, type_coerce
from sqlmodel import col

from services.skills.assessments.exemptions.models import Exemption, Suspension
from services.skills.assessments.levels.models import SkillLevel
from services.skills.assessments.levels.repository import OUTDATED
from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.members import ClosedCycle, Member, SnapshotMembers
from services.skills.gaps.repository import HoldingRepository
from services.skills.gaps.rollups.profiles import UNKNOWN, pack_held
from services.skills.gaps.rollups.repository import Ids, as_uuid
from services.skills.gaps.rollups.rules import PRESENT, day_after
from services.skills.gaps.rules import HeldSkill
from services.skills.people.models import Person
from services.skills.people.repository import here_on
from services.skills.roles.repository import RequirementRepository
from services.skills.roles.rules import Requirement
from shared.database.sessions import AnySession
from shared.database.upserts import among

_levels: Any = SkillLevel.__table__  # type: ignore[attr-defined]
Held = dict[int, bytes]
"""By the number of a skill, what a person holds of it (`profiles.HELD`)."""
EXEMPT = pack_held(None, exempt=True)
Keys = Collection[tuple[UUID, UUID]]


class PresentHoldings:
    """People who are here, and what they hold."""

    snapshot_id = PRESENT

    def __init__(self, session: AnySession, policy: Policy, now: datetime) -> None:
        self.session = session
        self.policy = policy
        self.now = now
        self.today = now.date()
        self.holdings = HoldingRepository(session)

    async def everybody(self) -> list[UUID]:
        """Everybody who is here today."""
        return list((await self.session.execute(select(col(Person.id)).where(here_on(self.today)))).scalars())

    async def members(self, person_ids: Collection[UUID]) -> list[tuple[Member, date | None]]:
        """Where people stand today, and the day on which they leave; who is not here is absent."""
        columns: tuple[Any, ...] = (Person.id, Person.role_id, Person.org_unit_id, Person.manager_id, Person.left_on)
        statement = select(*columns).where(here_on(self.today), among(self.session, col(Person.id), person_ids))
        rows = await self.session.execute(statement)
        return [
            (Member(id, role_id, unit_id, manager_id), left_on) for id, role_id, unit_id, manager_id, left_on in rows
        ]

    async def of_people(self, roles: Mapping[UUID, UUID | None], numbers: Mapping[UUID, int]) -> dict[UUID, Held]:
        """What people hold of the numbered skills; `roles` names the role that exemptions are read for.

        Levels are taken as they are kept. What fell due or was declared outdated since is worked out again; what is
        only older than the policy is not: it is rebuilt in turn, and a fact says so.
        """
        found, due = await self._kept(roles, numbers)
        for (person_id, skill_id), (level, own_word) in (await self.holdings.fresh(due, self.policy, self.now)).items():
            found[person_id][numbers[skill_id]] = pack_held(level, own_word=own_word)
        for mark, keys in (
            (UNKNOWN, await self.holdings.suspended(roles, self.now)),
            (EXEMPT, await self.holdings.exempt(roles, self.now)),
        ):
            for person_id, skill_id in keys:
                if skill_id in numbers:
                    found[person_id][numbers[skill_id]] = mark
        return found

    async def _kept(
        self, person_ids: Collection[UUID], numbers: Mapping[UUID, int]
    ) -> tuple[dict[UUID, Held], list[tuple[UUID, UUID]]]:
        due = case((or_(_levels.c.next_change_at <= self.now, _levels.c.policy_version == OUTDATED), 1), else_=0)
        verified = type_coerce(_levels.c.verified, Integer)
        person_id, skill_id = Ids.bare(_levels.c.person_id), Ids.bare(_levels.c.skill_id)
        statement = select(person_id, skill_id, _levels.c.level, verified, due)
        found: dict[UUID, Held] = {id: {} for id in person_ids}
        held_of, numbered = Ids(found.__getitem__), Ids(numbers.get)
        again: list[tuple[UUID, UUID]] = []
        of_these = among(self.session, _levels.c.person_id, person_ids)
        for person, skill, level, is_verified, is_due in (await self.session.execute(statement.where(of_these))).all():
            if (number := numbered.read(skill)) is not None:
                own_word = level is not None and not is_verified
                held_of.read(person)[number] = pack_held(level, own_word=own_word)
                if is_due:
                    again.append((as_uuid(person), as_uuid(skill)))
        return found, again

    async def turning_days(self, person_ids: Collection[UUID]) -> dict[UUID, list[date | None]]:
        """The days on which exemptions and suspensions of people begin, and after which they end."""
        found: dict[UUID, list[date | None]] = {}
        tables: tuple[type[Exemption] | type[Suspension], ...] = (Exemption, Suspension)
        for table in tables:
            ends_on = col(table.ends_on)
            ahead = and_(col(table.deleted_at).is_(None), or_(ends_on.is_(None), ends_on >= self.today))
            columns = (col(table.person_id), col(table.starts_on), ends_on)
            of_these = among(self.session, col(table.person_id), person_ids)
            for person_id, starts_on, last_day in await self.session.execute(select(*columns).where(ahead, of_these)):
                found.setdefault(person_id, []).extend((starts_on, day_after(last_day)))
        return found

    async def requirements(self, role_ids: Collection[UUID]) -> dict[UUID, list[Requirement]]:
        return await RequirementRepository(self.session).of_roles(role_ids)


class SnapshotHoldings:
    """People who were in the audience of a closed cycle, and what they held then, by the requirements of then.

    Levels are read on the scales that are in force now, so that points of a trend are on one scale.
    """

    def __init__(self, session: AnySession, cycle: ClosedCycle, policy: Policy) -> None:
        self.session = session
        self.snapshot_id = cycle.snapshot_id
        self.policy = policy
        self.cycle = cycle
        self.found = SnapshotMembers(session, cycle)

    async def everybody(self) -> list[UUID]:
        return [member.person_id for member in await self.found.everybody()]

    async def members(self, person_ids: Collection[UUID]) -> list[tuple[Member, date | None]]:
        return [(member, None) for member in await self.found.among(person_ids)]

    async def of_people(self, roles: Mapping[UUID, UUID | None], numbers: Mapping[UUID, int]) -> dict[UUID, Held]:
        return {
            person_id: {numbers[id]: _packed(skill) for id, skill in held.items() if id in numbers}
            for person_id, held in (await self.found.held(roles)).items()
        }

    async def turning_days(self, person_ids: Collection[UUID]) -> dict[UUID, list[date | None]]:
        """What is frozen turns no more."""
        return {}

    async def requirements(self, role_ids: Collection[UUID]) -> dict[UUID, list[Requirement]]:
        return await self.found.requirements(role_ids)


def _packed(skill: HeldSkill) -> bytes:
    if skill.exempt:
        return EXEMPT
    return UNKNOWN if skill.suspended else pack_held(skill.level, own_word=skill.self_only)
