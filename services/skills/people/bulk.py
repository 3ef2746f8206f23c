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
from shared.database.loading import Columns, in_columns, load
from shared.database.sessions import AnySession
from shared.database.text_ids import as_text
from shared.database.upserts import among, change_by_id
from shared.ids import new_text_id
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


ID_COLUMNS = ("role_id", "manager_id", "org_unit_id")


class PersonState(msgspec.Struct, gc=False, frozen=True):
    """A person as they are stored."""

    id: str
    values: dict[str, Any]


class Standing(NamedTuple):
    """Where a person stands from a moment on."""

    person_id: str
    role_id: str | None
    manager_id: str | None
    org_unit_id: str | None
    valid_from: datetime


class PeopleBulk:
    """People, their org units and assignments, by ids as text. Like every repository, it never commits."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def people_by_reference(self, references: Iterable[str]) -> dict[str, PersonState]:
        """Live people by `source:external_id` or id; unknown ones are absent."""
        ids = await References(self.session, "person").find_many(references)
        if not ids:
            return {}
        found = await self._people(among(self.session, col(Person.id), ids.values()))
        states = {state.id: state for state in found}
        written: dict[str, str] = msgspec.to_builtins(ids)
        return {reference: states[id] for reference, id in written.items() if id in states}

    async def awaiting(self) -> list[PersonState]:
        """Live people who wait for a manager to arrive: few, so that all of them are looked at."""
        return await self._people(Person.__table__.c.awaited_manager.is_not(None))  # type: ignore[attr-defined]

    async def owners_of_user_names(self, keys: Iterable[str]) -> dict[str, str]:
        """Who has a user name now, by its case-folded form."""
        statement = select(col(Person.user_name_key), as_text(Person.id))
        rows = await self.session.execute(
            statement.where(among(self.session, col(Person.user_name_key), keys), col(Person.deleted_at).is_(None))
        )
        return {key: id for key, id in rows}  # noqa: C416 - a Result is no mapping

    async def chart(self) -> dict[str, str | None]:
        """Everybody's manager."""
        found: dict[str, str | None] = {}
        last = UUID(int=0)
        statement = (
            select(as_text(Person.id), as_text(Person.manager_id))
            .where(col(Person.deleted_at).is_(None))
            .order_by(col(Person.id))
            .limit(READ_AT_ONCE * 10)
        )
        while rows := (await self.session.execute(statement.where(col(Person.id) > last))).all():
            found.update((id, manager_id) for id, manager_id in rows)
            last = UUID(rows[-1][0])
        return found

    async def org_units(self) -> dict[str, str]:
        """Live org units by code."""
        rows = await self.session.execute(
            select(col(OrgUnit.code), as_text(OrgUnit.id)).where(col(OrgUnit.deleted_at).is_(None))
        )
        return {code: id for code, id in rows}  # noqa: C416 - a Result is no mapping

    async def add_org_units(self, rows: Sequence[dict[str, Any]]) -> None:
        await load(self.session, OrgUnit, in_columns(rows))

    async def add_people(self, columns: Columns, now: datetime) -> None:
        """Add people, who begin to stand where `valid_from` says: `id`, `PERSON_COLUMNS` and `valid_from`."""
        whole = {"revision": 1, "created_at": now, "updated_at": now, "deleted_at": None, "expert_finder": False}
        await load(self.session, Person, {name: columns[name] for name in ("id", *PERSON_COLUMNS)}, **whole)
        await self._begin({"person_id": columns["id"], **{name: columns[name] for name in (*ID_COLUMNS, "valid_from")}})

    async def change_people(self, rows: Sequence[dict[str, Any]]) -> None:
        """Set all of `PERSON_COLUMNS`; each row names its person as `row_id`."""
        await lock_chart(self.session)
        await self.session.execute(
            change_by_id(Person, (*PERSON_COLUMNS, "updated_at")),
            [row | {name: _id(row[name]) for name in ("row_id", *ID_COLUMNS)} for row in rows],
        )

    async def refer(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Add external ids (source, external_id, person) that are known to be new."""
        await References(self.session, "person").insert_many(rows)

    async def begun(self, person_ids: Collection[str]) -> dict[str, datetime]:
        """Since when people stand where they stand now."""
        if not person_ids:
            return {}
        found = await AssignmentRepository(self.session).begun([UUID(id) for id in person_ids])
        return {str(id): moment for id, moment in found.items()}

    async def stand(self, standings: Sequence[Standing]) -> None:
        """Begin assignments; those before them end there."""
        if standings:
            ends = [{"of_person": _id(standing.person_id), "moment": standing.valid_from} for standing in standings]
            await self.session.execute(END, ends)
            await self._begin(dict(zip(Standing._fields, zip(*standings, strict=True), strict=True)))

    async def _begin(self, columns: Columns) -> None:
        ids = [new_text_id() for _ in columns["person_id"]]
        await load(self.session, PersonAssignment, {"id": ids, **columns}, valid_to=None)

    async def _people(self, condition: ColumnElement[bool]) -> list[PersonState]:
        columns = Person.__table__.c  # type: ignore[attr-defined]
        told = [as_text(columns[name]) if name in ID_COLUMNS else columns[name] for name in PERSON_COLUMNS]
        statement = select(as_text(columns.id), *told)
        rows = await self.session.execute(statement.where(condition, columns.deleted_at.is_(None)))
        return [PersonState(id, dict(zip(PERSON_COLUMNS, values, strict=True))) for id, *values in rows]


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
