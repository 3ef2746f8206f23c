"""Queries of who is to be looked at again."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, LargeBinary, Uuid, bindparam, exists, func, insert, literal, or_, select, update

from services.skills.gaps.repository import fetch
from services.skills.gaps.rollups.models import KeptStanding
from services.skills.gaps.rollups.rules import NONE, PLACE, PRESENT, GroupKind
from services.skills.people.models import Person
from services.skills.people.repository import here_on
from shared.database.prepared import Prepared
from shared.database.sessions import AnySession
from shared.database.upserts import among

_standings: Any = KeptStanding.__table__  # type: ignore[attr-defined]
_people: Any = Person.__table__  # type: ignore[attr-defined]
_AT_PRESENT = _standings.c.snapshot_id == PRESENT
_PENDING = Prepared(
    select(func.count().label("people"))
    .select_from(_standings)
    .where(_standings.c.next_change_on <= bindparam("today", type_=Date()))
)


class DueRepository:
    """Those whose day has come, because something begins or ends on it, or because somebody marked them."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def due(self, today: date, limit: int) -> list[UUID]:
        """People who are to be looked at again: somebody said so, or their figures may differ today although nothing
        was recorded. Those of a unit come together. What is frozen is never due.
        """
        statement = select(_standings.c.person_id).where(_is_due(today)).order_by(_standings.c.org_unit_id).limit(limit)
        return list((await self.session.execute(statement)).scalars())

    async def due_among(self, person_ids: Collection[UUID], today: date) -> set[UUID]:
        """Those of some people who are to be looked at again."""
        of_these = among(self.session, _standings.c.person_id, person_ids)
        statement = select(_standings.c.person_id).where(_AT_PRESENT, of_these, _is_due(today))
        return set((await self.session.execute(statement)).scalars())

    async def due_in(self, kind: GroupKind, group_ids: Collection[UUID], today: date) -> dict[UUID, int]:
        """How many people of each group are to be looked at again."""
        group = _standings.c[PLACE[kind]]
        in_these = among(self.session, group, group_ids)
        statement = select(group, func.count()).where(_AT_PRESENT, in_these, _is_due(today)).group_by(group)
        return {id: count for id, count in await self.session.execute(statement)}  # noqa: C416 - not a pair to mypy

    async def pending(self, today: date) -> int:
        """How many people are still to be looked at again."""
        [row] = await fetch(self.session, _PENDING, today=today)
        return int(row["people"])

    async def mark(self, person_ids: Collection[UUID] | None, today: date) -> None:
        """Have people looked at again: everybody who is kept or here where it is None. Who was never counted gets a
        standing at which nothing is asked.
        """
        kept = self._among(_standings.c.person_id, person_ids)
        later = or_(_standings.c.next_change_on.is_(None), _standings.c.next_change_on > today)
        await self.session.execute(update(_standings).where(_AT_PRESENT, later, *kept).values(next_change_on=today))
        is_known = exists().where(_AT_PRESENT, _standings.c.person_id == _people.c.id)
        columns = _people.c
        places = [func.coalesce(columns[name], literal(NONE, Uuid())) for name in PLACE.values()]
        new = (
            select(literal(PRESENT, Uuid()), columns.id, *places, literal(NONE, Uuid()))
            .add_columns(literal(today, Date()), literal(b"", LargeBinary()))
            .where(here_on(today), ~is_known, *self._among(columns.id, person_ids))
        )
        names = ("snapshot_id", "person_id", *PLACE.values(), "profile_id", "next_change_on", "held")
        await self.session.execute(insert(_standings).from_select(names, new))

    def _among(self, column: Any, ids: Collection[UUID] | None) -> list[Any]:
        return [] if ids is None else [among(self.session, column, ids)]


def _is_due(today: date) -> Any:
    return _standings.c.next_change_on <= today
