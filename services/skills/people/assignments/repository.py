"""Queries of the dated ledger of roles, managers and org units."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, case, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.people.models import PersonAssignment
from services.skills.people.rules import Assignment, Tenure, manager_at, upward
from shared.database.sessions import AnySession
from shared.database.upserts import among
from shared.ids import new_id

# Where an assignment begins that nobody has dated.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


_ledger = PersonAssignment.__table__  # type: ignore[attr-defined]
END = (
    update(_ledger)
    .where(
        _ledger.c.person_id == bindparam("of_person"),
        or_(_ledger.c.valid_to.is_(None), _ledger.c.valid_to > bindparam("moment")),
    )
    .values(
        valid_to=case(
            (_ledger.c.valid_from > bindparam("moment"), _ledger.c.valid_from),
            else_=bindparam("moment", type_=_ledger.c.valid_to.type),
        )
    )
)
"""Ends what of a person's ledger lasts beyond a moment; for one person, or for many by executemany."""


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
        ).where(valid_at(moment))
        if person_ids is not None:
            statement = statement.where(col(PersonAssignment.person_id).in_(person_ids))
        rows = await self.session.execute(statement)
        return {id: Assignment(role, manager, unit) for id, role, manager, unit in rows}

    async def history_of(self, person_id: UUID) -> list[PersonAssignment]:
        """All assignments of a person that lasted, the latest first."""
        statement = (
            select(PersonAssignment)
            .where(
                col(PersonAssignment.person_id) == person_id,
                or_(
                    col(PersonAssignment.valid_to).is_(None),
                    col(PersonAssignment.valid_to) > col(PersonAssignment.valid_from),
                ),
            )
            .order_by(col(PersonAssignment.valid_from).desc(), col(PersonAssignment.id).desc())
        )
        return list((await self.session.execute(statement)).scalars())

    async def line_of(self, person_id: UUID, moment: datetime) -> list[UUID]:
        """Everybody above a person at a moment, the line manager first."""
        managers = await self.managers_of([person_id])
        return list(upward(person_id, lambda id: manager_at(managers.get(id, ()), moment)))

    async def managers_of(self, person_ids: Iterable[UUID]) -> dict[UUID, list[Tenure]]:
        """Who the managers of people were and when, and those managers' managers, all levels up: in one statement
        for each level.
        """
        found: dict[UUID, list[Tenure]] = {}
        wanted = set(person_ids)
        while wanted:
            found |= {person_id: [] for person_id in wanted}
            rows = await self.session.execute(
                select(_ledger.c.person_id, _ledger.c.manager_id, _ledger.c.valid_from, _ledger.c.valid_to).where(
                    among(self.session, _ledger.c.person_id, wanted), _ledger.c.manager_id.is_not(None)
                )
            )
            for person_id, *tenure in rows:
                found[person_id].append(Tenure(*tenure))
            wanted = {tenure.manager_id for id in wanted for tenure in found[id]} - found.keys()
        return found

    async def open(self, person_id: UUID, assignment: Assignment, since: datetime) -> None:
        """Begin an assignment; the one before it ends there."""
        await self.end(person_id, since)
        row = {"id": new_id(), "person_id": person_id, "valid_from": since, "valid_to": None}
        await self.session.execute(insert(_ledger), {**row, **asdict(assignment)})

    async def end(self, person_id: UUID, moment: datetime) -> None:
        """End what was to last beyond a moment; what was to begin after it lasted no time at all."""
        await self.session.execute(END, {"of_person": person_id, "moment": moment})

    async def begun(self, person_ids: Collection[UUID]) -> dict[UUID, datetime]:
        """Since when people stand where they stand now."""
        rows = await self.session.execute(
            select(col(PersonAssignment.person_id), col(PersonAssignment.valid_from)).where(
                among(self.session, col(PersonAssignment.person_id), person_ids),
                col(PersonAssignment.valid_to).is_(None),
            )
        )
        return {person_id: moment for person_id, moment in rows}  # noqa: C416 - a Result is no mapping


def valid_at(moment: datetime, table: Any = PersonAssignment) -> Any:
    """Rows of the ledger that held at a moment."""
    valid_to = col(table.valid_to)
    return and_(col(table.valid_from) <= moment, or_(valid_to.is_(None), valid_to > moment))


def stood_below(manager_id: UUID, moment: datetime) -> Select[UUID]:
    """A query of everybody who was below a manager at a moment, all levels down."""
    link = aliased(PersonAssignment)
    below = (
        select(col(PersonAssignment.person_id))
        .where(col(PersonAssignment.manager_id) == manager_id, valid_at(moment))
        .cte(recursive=True)
    )
    below = below.union(
        select(col(link.person_id)).join(below, col(link.manager_id) == below.c.person_id).where(valid_at(moment, link))
    )
    return select(below.c.person_id).where(below.c.person_id != manager_id)
