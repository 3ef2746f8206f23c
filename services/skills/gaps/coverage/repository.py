"""Queries of coverage: who is asked for a skill, who holds it, who is part of the way."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Uuid, column, false, func, literal, select, values
from sqlmodel import col

from services.skills.assessments.exemptions.models import Suspension
from services.skills.assessments.exemptions.repository import standing
from services.skills.assessments.levels.models import SkillLevel
from services.skills.gaps.reports.scopes import Scope
from services.skills.people.models import Person
from services.skills.people.repository import below_manager, here_on
from shared.database.sessions import AnySession

NOISE = 1e-9
# Of so many people every level may be read.
FEW = 2_000
AT_ONCE = 500
_levels: Any = SkillLevel.__table__  # type: ignore[attr-defined]


class CoverageRepository:
    """Counts and names of holders among some people: those for whom all of `within` is true."""

    def __init__(self, session: AnySession, within: Sequence[Any], now: datetime) -> None:
        self.session = session
        self.now = now
        self.within = within

    async def count_people(self) -> int:
        statement = select(func.count()).select_from(Person).where(*self.within)
        return int((await self.session.execute(statement)).scalar_one())

    async def people_by_role(self) -> dict[UUID, int]:
        """How many people hold each role."""
        rows = await self.session.execute(
            select(col(Person.role_id), func.count())
            .where(*self.within, col(Person.role_id).is_not(None))
            .group_by(col(Person.role_id))
        )
        return {role_id: count for role_id, count in rows if role_id is not None}

    async def count_holders(self, thresholds: Mapping[UUID, float], enough: int) -> dict[UUID, int]:
        """How many people hold each skill at least at its threshold, counted up to `enough`: of few people everything
        is read, of many only as much as tells that there are enough.
        """
        if await self.count_people() <= FEW:
            return await self._count_all(thresholds, enough)
        found: dict[UUID, int] = {}
        wanted = [(skill_id, threshold - NOISE) for skill_id, threshold in thresholds.items()]
        for start in range(0, len(wanted), AT_ONCE):
            rows = await self.session.execute(self._up_to(enough, wanted[start : start + AT_ONCE]))
            found.update({skill_id: count for skill_id, count in rows})  # noqa: C416 - a Row is not a pair to mypy
        return found

    async def _count_all(self, thresholds: Mapping[UUID, float], enough: int) -> dict[UUID, int]:
        ids = list((await self.session.execute(select(col(Person.id)).where(*self.within))).scalars())
        statement = select(_levels.c.skill_id, _levels.c.level).where(_levels.c.person_id.in_(ids), self._counts())
        found: Counter[UUID] = Counter()
        for skill_id, level in await self.session.execute(statement):
            if level >= thresholds.get(skill_id, math.inf) - NOISE:
                found[skill_id] += 1
        return {skill_id: min(count, enough) for skill_id, count in found.items()}

    def _up_to(self, enough: int, wanted: Sequence[tuple[UUID, float]]) -> Any:
        """A query of skills and their holders, that stops looking at a skill once it has found enough."""
        columns = (column("skill_id", Uuid()), column("threshold", Float()))
        thresholds = values(*columns, name="wanted").data(wanted).cte()
        some = (
            select(literal(1).label("one"))
            .select_from(_levels)
            .join(Person, col(Person.id) == _levels.c.person_id)
            .where(
                *self.within,
                _levels.c.skill_id == thresholds.c.skill_id,
                _levels.c.level >= thresholds.c.threshold,
                self._counts(),
            )
            .correlate(thresholds)
            .limit(enough)
            .subquery()
        )
        return select(thresholds.c.skill_id, select(func.count()).select_from(some).scalar_subquery())

    async def holders(self, skill_id: UUID, threshold: float, limit: int) -> list[UUID]:
        """Some of those who hold a skill at least at its threshold."""
        statement = (
            select(_levels.c.person_id)
            .join(Person, col(Person.id) == _levels.c.person_id)
            .where(*self.within, _levels.c.skill_id == skill_id, self._counts(), _levels.c.level >= threshold - NOISE)
            .order_by(_levels.c.person_id)
            .limit(limit)
        )
        return list((await self.session.execute(statement)).scalars())

    async def next_in_line(
        self, skill_id: UUID, threshold: float, role_ids: Collection[UUID], limit: int
    ) -> list[UUID]:
        """Some of those whose role asks for a skill or who hold a part of it, and who are not there yet."""
        held = (_levels.c.person_id == col(Person.id)) & (_levels.c.skill_id == skill_id)
        there = select(_levels.c.person_id).where(held, self._counts(), _levels.c.level >= threshold - NOISE).exists()
        in_roles = select(col(Person.id)).where(*self.within, col(Person.role_id).in_(role_ids), ~there)
        begun = (
            select(col(Person.id))
            .join(_levels, held)
            .where(*self.within, self._counts(), _levels.c.level > 0, _levels.c.level < threshold - NOISE)
        )
        found: set[UUID] = set()
        for statement in (in_roles, begun):  # apart, because each has an index of its own
            found.update((await self.session.execute(statement.order_by(col(Person.id)).limit(limit))).scalars())
        return sorted(found)[:limit]

    def _counts(self) -> Any:
        return counting(self.now)


def counting(now: datetime) -> Any:
    """Levels that count: somebody else has seen it, and it is not suspended."""
    suspended = (
        select(col(Suspension.id))
        .where(
            col(Suspension.person_id) == _levels.c.person_id,
            col(Suspension.skill_id) == _levels.c.skill_id,
            standing(Suspension, now),
        )
        .exists()
    )
    return _levels.c.verified.is_(True) & _levels.c.level.is_not(None) & ~suspended


def people_in(scope: Scope, today: date) -> list[Any]:
    """The people of a scope who are here, as conditions."""
    conditions: list[Any] = [here_on(today)]
    if scope.org_unit_ids is not None:
        conditions.append(col(Person.org_unit_id).in_(scope.org_unit_ids))
    if scope.role_id is not None:
        conditions.append(col(Person.role_id) == scope.role_id)
    conditions += [col(Person.id).in_(below_manager(id)) if id else false() for id in scope.leaders]
    return conditions
