"""Queries of people, org units, reporting lines, and where somebody stood at a moment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, and_, func, insert, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.people.assignments.repository import stood_below, valid_at
from services.skills.people.chart import DEEPEST, lock_chart
from services.skills.people.models import Person, PersonalText, PersonAssignment
from services.skills.people.org_units.repository import units_below, units_then_below
from shared.database.repository import Repository
from shared.database.sessions import AnySession
from shared.database.upserts import among
from shared.ids import new_id
from shared.pagination import Paging, paginate

stood = aliased(PersonAssignment)


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """The natural keys by which people are listed. With `updated_since` deleted ones are listed too.

    `manager_id` and `org_unit_id` reach all levels down when `all_levels` is set.
    """

    manager_id: UUID | None = None
    org_unit_id: UUID | None = None
    role_id: UUID | None = None
    user_name: str | None = None
    email: str | None = None
    active: bool | None = None
    all_levels: bool = False
    ids: Collection[UUID] | None = None
    updated_since: datetime | None = None
    seen_by: UUID | None = None
    """Only this person and everybody below them."""
    as_of: datetime | None = None
    """Only those who were here then, by where they stood then."""


class PersonRepository(Repository[Person]):
    """People by id, by user name, by where they stand."""

    table = Person
    noun = "person"

    async def list_page(self, paging: Paging, wanted: PersonFilter) -> tuple[list[Person], str | None]:
        """People in order of creation."""
        conditions: list[Any] = [self._live_or_changed(wanted.updated_since)]
        statement, place = select(Person), cast(Any, Person)
        if wanted.as_of is not None:
            statement, place = select(Person).join(stood, col(stood.person_id) == col(Person.id)), stood
            conditions += [valid_at(wanted.as_of, stood), not_left(wanted.as_of.date())]
        if wanted.seen_by is not None:
            conditions.append(or_(col(Person.id) == wanted.seen_by, col(Person.id).in_(below_manager(wanted.seen_by))))
        if wanted.manager_id is not None:
            below = stood_below(wanted.manager_id, wanted.as_of) if wanted.as_of else below_manager(wanted.manager_id)
            conditions.append(
                col(Person.id).in_(below) if wanted.all_levels else col(place.manager_id) == wanted.manager_id
            )
        if wanted.org_unit_id is not None:
            unit = wanted.org_unit_id
            units = units_then_below(unit, wanted.as_of) if wanted.as_of else units_below(unit)
            conditions.append(
                col(place.org_unit_id).in_(units) if wanted.all_levels else col(place.org_unit_id) == wanted.org_unit_id
            )
        if wanted.user_name is not None:
            conditions.append(col(Person.user_name_key) == wanted.user_name.casefold())
        for column, value in ((place.role_id, wanted.role_id), (Person.email, wanted.email)):
            if value is not None:
                conditions.append(col(column) == value)
        if wanted.active is not None:
            conditions.append(col(Person.active).is_(wanted.active))
        if wanted.ids is not None:
            conditions.append(col(Person.id).in_(wanted.ids))
        return await paginate(self.session, statement.where(*conditions), paging, col(Person.id))

    async def find_many(self, ids: Iterable[UUID | None]) -> dict[UUID, Person]:
        """People by id, deleted ones too: history stays readable."""
        wanted = {id for id in ids if id is not None}
        if not wanted:
            return {}
        rows = await self.session.execute(select(Person).where(col(Person.id).in_(wanted)))
        return {person.id: person for person in rows.scalars()}

    async def find_by_user_name(self, user_name: str) -> Person | None:
        statement = select(Person).where(
            col(Person.user_name_key) == user_name.casefold(), col(Person.deleted_at).is_(None)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def with_email(self, email: str) -> list[Person]:
        """Live people with this e-mail, whatever its case; two are enough to know that it is not one's own."""
        statement = select(Person).where(
            func.lower(col(Person.email)) == email.lower(), col(Person.deleted_at).is_(None)
        )
        return list((await self.session.execute(statement.limit(2))).scalars())

    async def line_of(self, person_id: UUID) -> list[UUID]:
        """Everybody above a person today, the line manager first."""
        steps = (
            select(col(Person.manager_id), literal(1).label("level"))
            .where(col(Person.id) == person_id)
            .cte(recursive=True)
        )
        manager = aliased(Person)
        steps = steps.union_all(
            select(col(manager.manager_id), steps.c.level + 1)
            .join(steps, col(manager.id) == steps.c.manager_id)
            .where(steps.c.level < DEEPEST)
        )
        rows = await self.session.execute(
            select(steps.c.manager_id).where(steps.c.manager_id.is_not(None)).order_by(steps.c.level)
        )
        return list(dict.fromkeys(rows.scalars()))

    async def reports_of(self, manager_id: UUID) -> list[UUID]:
        """Everybody below a manager today, all levels down, in no order."""
        return list((await self.session.execute(select(below_manager(manager_id).subquery()))).scalars())

    async def reports_among(self, manager_id: UUID, person_ids: Iterable[UUID]) -> set[UUID]:
        """Those of some people who are below a manager today."""
        some = select(col(Person.id)).where(
            among(self.session, col(Person.id), person_ids), col(Person.id).in_(below_manager(manager_id))
        )
        return set((await self.session.execute(some)).scalars())

    async def awaiting(self, references: Sequence[str]) -> list[Person]:
        """Live people whose manager was named by one of these external ids before arriving."""
        statement = select(Person).where(col(Person.awaited_manager).in_(references), col(Person.deleted_at).is_(None))
        return list((await self.session.execute(statement)).scalars())

    async def lock_chart(self) -> None:
        await lock_chart(self.session)

    def _live_or_changed(self, updated_since: datetime | None) -> Any:
        if updated_since is None:
            return col(Person.deleted_at).is_(None)
        return col(Person.updated_at) >= updated_since


class PersonalTextRepository:
    """Free text about people, in the one place where erasure finds it."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def add(self, person_id: UUID, text: str | None) -> UUID | None:
        """Keep a text. Returns its id, or None for no text."""
        if not text:
            return None
        id = new_id()
        await self.session.execute(insert(PersonalText).values(id=id, person_id=person_id, text=text))
        return id

    async def add_many(self, texts: Sequence[tuple[UUID, UUID, str]]) -> None:
        """Keep texts under ids of the caller's making: (id, person, text)."""
        rows = [{"id": id, "person_id": person_id, "text": text} for id, person_id, text in texts]
        if rows:
            await self.session.execute(insert(PersonalText), rows)

    async def read(self, ids: Iterable[UUID | None]) -> dict[UUID, str]:
        wanted = {id for id in ids if id is not None}
        if not wanted:
            return {}
        rows = await self.session.execute(
            select(col(PersonalText.id), col(PersonalText.text)).where(col(PersonalText.id).in_(wanted))
        )
        return {key: value for key, value in rows}  # noqa: C416 - a Row is not a pair to mypy


def below_manager(manager_id: UUID) -> Select[UUID]:
    """A query of everybody below a manager today, all levels down."""
    below, person = reached_below(manager_id).subquery(), aliased(Person)
    return (
        select(col(person.id))
        .join(below, below.c.id == col(person.id))
        .where(col(person.id) != manager_id, col(person.deleted_at).is_(None))
    )


def reached_below(manager_id: UUID) -> Select[UUID]:
    """The same with those who are deleted: the walk goes through them, so that it reaches the people whom they left
    behind.
    """
    report = aliased(Person)
    below = select(col(Person.id)).where(col(Person.manager_id) == manager_id).cte(recursive=True)
    below = below.union(select(col(report.id)).join(below, col(report.manager_id) == below.c.id))
    return select(below.c.id)


def here_on(day: date) -> Any:
    """Live people who have not left on a day."""
    return and_(col(Person.deleted_at).is_(None), not_left(day))


def not_left(day: date) -> Any:
    """People who have not left on a day."""
    return or_(col(Person.left_on).is_(None), col(Person.left_on) > day)
