"""Reading and writing people by the thousand: what imports need, in statements that carry many rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlmodel import col

from services.skills.people.assignments.repository import assignment_row
from services.skills.people.chart import lock_chart
from services.skills.people.models import OrgUnit, Person, PersonAssignment
from services.skills.people.rules import Assignment
from shared.database.sessions import AnySession
from shared.database.upserts import change_by_id
from shared.references import References

READ_AT_ONCE = 500
PERSON_COLUMNS = (
    "user_name",
    "user_name_key",
    "given_name",
    "family_name",
    "email",
    "role_id",
    "manager_id",
    "org_unit_id",
    "awaited_manager",
    "unmatched_title",
    "hired_on",
    "left_on",
    "leave_reason",
    "active",
)


@dataclass(frozen=True, slots=True)
class PersonState:
    """A person as they are stored."""

    id: UUID
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands from a moment on."""

    person_id: UUID
    assignment: Assignment
    since: datetime


class PeopleBulk:
    """People, their org units and assignments. Like every repository, it never commits."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def people_by_reference(self, references: Iterable[str]) -> dict[str, PersonState]:
        """Live people by `source:external_id` or id; unknown ones are absent."""
        ids = await References(self.session, "person").find_many(references)
        states = {state.id: state for state in await self._people(Person.__table__.c.id, list(ids.values()))}  # type: ignore[attr-defined]
        return {reference: states[id] for reference, id in ids.items() if id in states}

    async def awaiting(self, references: Iterable[str]) -> list[PersonState]:
        """Live people who wait for one of these managers to arrive."""
        return await self._people(Person.__table__.c.awaited_manager, list(references))  # type: ignore[attr-defined]

    async def owners_of_user_names(self, keys: Iterable[str]) -> dict[str, UUID]:
        """Who has a user name now, by its case-folded form."""
        states = await self._people(Person.__table__.c.user_name_key, list(keys))  # type: ignore[attr-defined]
        return {state.values["user_name_key"]: state.id for state in states}

    async def chart(self) -> dict[UUID, UUID | None]:
        """Everybody's manager."""
        found: dict[UUID, UUID | None] = {}
        last = UUID(int=0)
        statement = (
            select(col(Person.id), col(Person.manager_id))
            .where(col(Person.deleted_at).is_(None))
            .order_by(col(Person.id))
            .limit(READ_AT_ONCE * 10)
        )
        while rows := (await self.session.execute(statement.where(col(Person.id) > last))).all():
            found.update((id, manager_id) for id, manager_id in rows)
            last = rows[-1][0]
        return found

    async def org_units(self) -> dict[str, UUID]:
        """Live org units by code."""
        rows = await self.session.execute(
            select(col(OrgUnit.code), col(OrgUnit.id)).where(col(OrgUnit.deleted_at).is_(None))
        )
        return {code: id for code, id in rows}  # noqa: C416 - a Result is no mapping

    async def add_org_units(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.session.execute(insert(OrgUnit.__table__), rows)  # type: ignore[attr-defined]

    async def add_people(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.session.execute(insert(Person.__table__), rows)  # type: ignore[attr-defined]

    async def change_people(self, rows: Sequence[dict[str, Any]]) -> None:
        """Set all of `PERSON_COLUMNS`; each row names its person as `row_id`."""
        await lock_chart(self.session)
        await self.session.execute(change_by_id(Person, (*PERSON_COLUMNS, "updated_at")), rows)

    async def refer(self, rows: Sequence[tuple[str, str, UUID]]) -> None:
        """Add external ids (source, external_id, person) that are known to be new."""
        await References(self.session, "person").insert_many(rows)

    async def stand(self, standings: Sequence[Standing]) -> None:
        """Begin assignments; those before them end there."""
        for start in range(0, len(standings), READ_AT_ONCE):
            some = standings[start : start + READ_AT_ONCE]
            for since in {standing.since for standing in some}:
                await self.session.execute(
                    update(PersonAssignment)
                    .where(
                        col(PersonAssignment.person_id).in_([s.person_id for s in some if s.since == since]),
                        col(PersonAssignment.valid_to).is_(None),
                    )
                    .values(valid_to=since)
                    .execution_options(synchronize_session=False)
                )
        rows = [assignment_row(s.person_id, s.assignment, s.since) for s in standings]
        if rows:
            await self.session.execute(insert(PersonAssignment.__table__), rows)  # type: ignore[attr-defined]

    async def begin(self, standings: Sequence[Standing]) -> None:
        """Begin the first assignments of people who are new."""
        rows = [assignment_row(s.person_id, s.assignment, s.since) for s in standings]
        await self.session.execute(insert(PersonAssignment.__table__), rows)  # type: ignore[attr-defined]

    async def _people(self, column: Any, keys: Sequence[Any]) -> list[PersonState]:
        columns = Person.__table__.c  # type: ignore[attr-defined]
        found: list[PersonState] = []
        for start in range(0, len(keys), READ_AT_ONCE):
            rows = await self.session.execute(
                select(columns.id, *(columns[name] for name in PERSON_COLUMNS)).where(
                    column.in_(keys[start : start + READ_AT_ONCE]), columns.deleted_at.is_(None)
                )
            )
            found += [PersonState(id, dict(zip(PERSON_COLUMNS, values, strict=True))) for id, *values in rows]
        return found


def as_date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
