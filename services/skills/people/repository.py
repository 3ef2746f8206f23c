"""Queries of people, org units, reporting lines, and where somebody stood at a moment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, insert, literal, or_, select, text, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.people.models import OrgUnit, Person, PersonalText, PersonAssignment
from services.skills.people.rules import Assignment
from shared.database.repository import Repository
from shared.database.sessions import AnySession
from shared.ids import new_id
from shared.pagination import Paging, paginate

# Where an assignment begins that nobody has dated.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# Deeper than any organisation; ends a walk through a chart that is broken.
DEEPEST = 100


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


class PersonRepository(Repository[Person]):
    """People by id, by user name, by where they stand."""

    table = Person
    noun = "person"

    async def list_page(self, paging: Paging, wanted: PersonFilter) -> tuple[list[Person], str | None]:
        """People in order of creation."""
        conditions: list[Any] = [self._live_or_changed(wanted.updated_since)]
        if wanted.seen_by is not None:
            conditions.append(or_(col(Person.id) == wanted.seen_by, col(Person.id).in_(below_manager(wanted.seen_by))))
        if wanted.manager_id is not None:
            below = below_manager(wanted.manager_id)
            conditions.append(
                col(Person.id).in_(below) if wanted.all_levels else col(Person.manager_id) == wanted.manager_id
            )
        if wanted.org_unit_id is not None:
            units = units_below(wanted.org_unit_id)
            conditions.append(
                col(Person.org_unit_id).in_(units)
                if wanted.all_levels
                else col(Person.org_unit_id) == wanted.org_unit_id
            )
        if wanted.user_name is not None:
            conditions.append(col(Person.user_name_key) == wanted.user_name.casefold())
        for column, value in ((Person.role_id, wanted.role_id), (Person.email, wanted.email)):
            if value is not None:
                conditions.append(col(column) == value)
        if wanted.active is not None:
            conditions.append(col(Person.active).is_(wanted.active))
        if wanted.ids is not None:
            conditions.append(col(Person.id).in_(wanted.ids))
        return await paginate(self.session, select(Person).where(*conditions), paging, col(Person.id))

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


async def lock_chart(session: AnySession) -> None:
    """Let one change of who is above whom pass at a time, so that two cannot close a circle together."""
    if not session.info["database"].is_sqlite:  # SQLite has one writer anyway
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('upskill.chart'))"))


class OrgUnitRepository(Repository[OrgUnit]):
    """Org units by id and by code."""

    table = OrgUnit
    noun = "org unit"

    async def list_page(
        self, paging: Paging, parent_id: UUID | None, code: str | None, updated_since: datetime | None
    ) -> tuple[list[OrgUnit], str | None]:
        """Org units in order of creation."""
        conditions: list[Any] = [
            col(OrgUnit.deleted_at).is_(None) if updated_since is None else col(OrgUnit.updated_at) >= updated_since
        ]
        if parent_id is not None:
            conditions.append(col(OrgUnit.parent_id) == parent_id)
        if code is not None:
            conditions.append(col(OrgUnit.code) == code)
        return await paginate(self.session, select(OrgUnit).where(*conditions), paging, col(OrgUnit.id))

    async def find_by_code(self, code: str) -> OrgUnit | None:
        statement = select(OrgUnit).where(col(OrgUnit.code) == code, col(OrgUnit.deleted_at).is_(None))
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def find_many(self, ids: Iterable[UUID | None]) -> dict[UUID, OrgUnit]:
        wanted = {id for id in ids if id is not None}
        if not wanted:
            return {}
        rows = await self.session.execute(select(OrgUnit).where(col(OrgUnit.id).in_(wanted)))
        return {unit.id: unit for unit in rows.scalars()}

    async def parents(self) -> dict[UUID, UUID | None]:
        """The whole tree, as parent by id."""
        rows = await self.session.execute(
            select(col(OrgUnit.id), col(OrgUnit.parent_id)).where(col(OrgUnit.deleted_at).is_(None))
        )
        return {key: value for key, value in rows}  # noqa: C416 - a Row is not a pair to mypy

    async def below(self, id: UUID) -> list[UUID]:
        """The unit itself and everything under it."""
        return list((await self.session.execute(select(units_below(id).subquery()))).scalars())

    async def lock_chart(self) -> None:
        await lock_chart(self.session)

    async def is_used(self, id: UUID) -> bool:
        """Whether people or other units are in it."""
        people = select(col(Person.id)).where(col(Person.org_unit_id) == id, col(Person.deleted_at).is_(None))
        units = select(col(OrgUnit.id)).where(col(OrgUnit.parent_id) == id, col(OrgUnit.deleted_at).is_(None))
        return (await self.session.execute(people.union_all(units).limit(1))).first() is not None


class AssignmentRepository:
    """The dated ledger of roles, managers and org units."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def at(self, person_id: UUID, moment: datetime) -> Assignment | None:
        """Where a person stood at a moment; None before they were here."""
        return (await self.of_people([person_id], moment)).get(person_id)

    async def of_people(self, person_ids: Collection[UUID] | None, moment: datetime) -> dict[UUID, Assignment]:
        """Where people stood at a moment; everybody who was here when `person_ids` is None."""
        statement = select(
            col(PersonAssignment.person_id),
            col(PersonAssignment.role_id),
            col(PersonAssignment.manager_id),
            col(PersonAssignment.org_unit_id),
        ).where(_valid(moment))
        if person_ids is not None:
            statement = statement.where(col(PersonAssignment.person_id).in_(person_ids))
        rows = await self.session.execute(statement)
        return {id: Assignment(role, manager, unit) for id, role, manager, unit in rows}

    async def line_of(self, person_id: UUID, moment: datetime) -> list[UUID]:
        """Everybody above a person at a moment, the line manager first."""
        line: list[UUID] = []
        assignment = await self.at(person_id, moment)
        while assignment is not None and assignment.manager_id is not None:
            if assignment.manager_id in (person_id, *line) or len(line) >= DEEPEST:
                break
            line.append(assignment.manager_id)
            assignment = await self.at(assignment.manager_id, moment)
        return line

    async def reports_of(self, manager_id: UUID, moment: datetime) -> list[UUID]:
        """Everybody below a manager at a moment, all levels down, in no order."""
        link = aliased(PersonAssignment)
        below = (
            select(col(PersonAssignment.person_id))
            .where(col(PersonAssignment.manager_id) == manager_id, _valid(moment))
            .cte(recursive=True)
        )
        below = below.union(
            select(col(link.person_id))
            .join(below, col(link.manager_id) == below.c.person_id)
            .where(_valid(moment, link))
        )
        return list((await self.session.execute(select(below.c.person_id))).scalars())

    async def open(self, person_id: UUID, assignment: Assignment, since: datetime) -> None:
        """Begin an assignment; the one before it ends there."""
        await self.end(person_id, since)
        values = assignment_row(person_id, assignment, since)
        await self.session.execute(insert(PersonAssignment), [values])

    async def end(self, person_id: UUID, moment: datetime) -> None:
        """End the open assignment: the person is gone."""
        await self.session.execute(
            update(PersonAssignment)
            .where(col(PersonAssignment.person_id) == person_id, col(PersonAssignment.valid_to).is_(None))
            .values(valid_to=moment)
            .execution_options(synchronize_session=False)
        )


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
    report = aliased(Person)
    below = select(col(Person.id)).where(col(Person.manager_id) == manager_id).cte(recursive=True)
    # The walk goes through those who are deleted, so that it reaches the people whom they left behind.
    below = below.union(select(col(report.id)).join(below, col(report.manager_id) == below.c.id))
    person = aliased(Person)
    return (
        select(col(person.id))
        .join(below, below.c.id == col(person.id))
        .where(col(person.id) != manager_id, col(person.deleted_at).is_(None))
    )


def units_below(org_unit_id: UUID) -> Select[UUID]:
    """A query of an org unit and everything under it."""
    child = aliased(OrgUnit)
    units = select(col(OrgUnit.id)).where(col(OrgUnit.id) == org_unit_id).cte(recursive=True)
    units = units.union(select(col(child.id)).join(units, col(child.parent_id) == units.c.id))
    return select(units.c.id)


def here_on(day: date) -> Any:
    """Live people who have not left on a day."""
    return and_(col(Person.deleted_at).is_(None), or_(col(Person.left_on).is_(None), col(Person.left_on) > day))


def assignment_row(person_id: UUID, assignment: Assignment, since: datetime) -> dict[str, Any]:
    """A new open row of the ledger, for single and bulk inserts."""
    return {
        "id": new_id(),
        "person_id": person_id,
        "role_id": assignment.role_id,
        "manager_id": assignment.manager_id,
        "org_unit_id": assignment.org_unit_id,
        "valid_from": since,
        "valid_to": None,
    }


def _valid(moment: datetime, table: Any = PersonAssignment) -> Any:
    valid_to = col(table.valid_to)
    return and_(col(table.valid_from) <= moment, or_(valid_to.is_(None), valid_to > moment))
