"""Reading and writing people by the thousand: what imports need, in statements that carry many rows."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select
from sqlmodel import col

from services.skills.people.assignments.repository import END, AssignmentRepository
from services.skills.people.chart import lock_chart
from services.skills.people.models import OrgUnit, Person, PersonAssignment
from shared.database.loading import in_columns, load
from shared.database.sessions import AnySession
from shared.database.upserts import among, change_by_id
from shared.ids import new_id
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


class PersonState(msgspec.Struct, gc=False, frozen=True):
    """A person as they are stored."""

    id: UUID
    values: dict[str, Any]


class Standing(NamedTuple):
    """Where a person stands from a moment on."""

    person_id: UUID
    role_id: UUID | None
    manager_id: UUID | None
    org_unit_id: UUID | None
    valid_from: datetime


class PeopleBulk:
    """People, their org units and assignments. Like every repository, it never commits."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def people_by_reference(self, references: Iterable[str]) -> dict[str, PersonState]:
        """Live people by `source:external_id` or id; unknown ones are absent."""
        ids = await References(self.session, "person").find_many(references)
        if not ids:
            return {}
        found = await self._people(among(self.session, col(Person.id), ids.values()))
        states = {state.id: state for state in found}
        return {reference: states[id] for reference, id in ids.items() if id in states}

    async def awaiting(self) -> list[PersonState]:
        """Live people who wait for a manager to arrive: few, so that all of them are looked at."""
        return await self._people(Person.__table__.c.awaited_manager.is_not(None))  # type: ignore[attr-defined]

    async def owners_of_user_names(self, keys: Iterable[str]) -> dict[str, UUID]:
        """Who has a user name now, by its case-folded form."""
        statement = select(col(Person.user_name_key), col(Person.id))
        rows = await self.session.execute(
            statement.where(among(self.session, col(Person.user_name_key), keys), col(Person.deleted_at).is_(None))
        )
        return {key: id for key, id in rows}  # noqa: C416 - a Result is no mapping

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
        await load(self.session, OrgUnit, in_columns(rows))

    async def add_people(self, people: Sequence[tuple[UUID, dict[str, Any]]], now: datetime) -> None:
        """Add people by their ids and `PERSON_COLUMNS`."""
        columns = in_columns([values for _, values in people], PERSON_COLUMNS)
        whole = {"revision": 1, "created_at": now, "updated_at": now, "deleted_at": None, "expert_finder": False}
        await load(self.session, Person, {"id": [id for id, _ in people], **columns}, **whole)

    async def change_people(self, rows: Sequence[dict[str, Any]]) -> None:
        """Set all of `PERSON_COLUMNS`; each row names its person as `row_id`."""
        await lock_chart(self.session)
        await self.session.execute(change_by_id(Person, (*PERSON_COLUMNS, "updated_at")), rows)

    async def refer(self, rows: Sequence[tuple[str, str, UUID]]) -> None:
        """Add external ids (source, external_id, person) that are known to be new."""
        await References(self.session, "person").insert_many(rows)

    async def begun(self, person_ids: Collection[UUID]) -> dict[UUID, datetime]:
        """Since when people stand where they stand now."""
        return await AssignmentRepository(self.session).begun(person_ids) if person_ids else {}

    async def stand(self, standings: Sequence[Standing]) -> None:
        """Begin assignments; those before them end there."""
        if standings:
            ends = [{"of_person": standing.person_id, "moment": standing.valid_from} for standing in standings]
            await self.session.execute(END, ends)
            await self.begin(standings)

    async def begin(self, standings: Sequence[Standing]) -> None:
        """Begin the first assignments of people who are new."""
        columns = dict(zip(Standing._fields, zip(*standings, strict=True), strict=False))
        await load(self.session, PersonAssignment, {"id": [new_id() for _ in standings], **columns}, valid_to=None)

    async def _people(self, condition: ColumnElement[bool]) -> list[PersonState]:
        columns = Person.__table__.c  # type: ignore[attr-defined]
        statement = select(columns.id, *(columns[name] for name in PERSON_COLUMNS))
        rows = await self.session.execute(statement.where(condition, columns.deleted_at.is_(None)))
        return [PersonState(id, dict(zip(PERSON_COLUMNS, values, strict=True))) for id, *values in rows]
