"""Queries of org units."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, insert, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.people.chart import lock_chart
from services.skills.people.models import OrgUnit, OrgUnitMove, Person
from shared.database.repository import Repository
from shared.ids import new_id
from shared.pagination import Paging, paginate


class OrgUnitRepository(Repository[OrgUnit]):
    """Org units by id and by code."""

    table = OrgUnit
    noun = "org unit"

    async def list_page(
        self,
        paging: Paging,
        parent_id: UUID | None,
        code: str | None,
        ids: Sequence[UUID] | None,
        updated_since: datetime | None,
    ) -> tuple[list[OrgUnit], str | None]:
        """Org units in order of creation."""
        conditions: list[Any] = [
            col(OrgUnit.deleted_at).is_(None) if updated_since is None else col(OrgUnit.updated_at) >= updated_since
        ]
        if parent_id is not None:
            conditions.append(col(OrgUnit.parent_id) == parent_id)
        if code is not None:
            conditions.append(col(OrgUnit.code) == code)
        if ids is not None:
            conditions.append(col(OrgUnit.id).in_(ids))
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

    async def above(self, id: UUID) -> list[UUID]:
        """The units that a unit is in, in no order."""
        units = select(col(OrgUnit.parent_id).label("id")).where(col(OrgUnit.id) == id).cte(recursive=True)
        units = units.union(select(col(OrgUnit.parent_id)).join(units, units.c.id == col(OrgUnit.id)))
        found = await self.session.execute(select(units.c.id).where(units.c.id.is_not(None), units.c.id != id))
        return list(found.scalars())

    async def note_move(self, id: UUID, left: UUID | None, now: datetime) -> None:
        """Note the parent under which a unit stood until now."""
        move = {"id": new_id(), "org_unit_id": id, "parent_id": left, "moved_at": now}
        await self.session.execute(insert(OrgUnitMove), move)

    async def lock_chart(self) -> None:
        await lock_chart(self.session)

    async def is_used(self, id: UUID) -> bool:
        """Whether people or other units are in it."""
        people = select(col(Person.id)).where(col(Person.org_unit_id) == id, col(Person.deleted_at).is_(None))
        units = select(col(OrgUnit.id)).where(col(OrgUnit.parent_id) == id, col(OrgUnit.deleted_at).is_(None))
        return (await self.session.execute(people.union_all(units).limit(1))).first() is not None


def units_then_below(org_unit_id: UUID, moment: datetime) -> Select[UUID]:
    """A query of an org unit and everything that was under it at a moment."""
    edges = _parents_at(moment).cte("edges")
    units = select(col(OrgUnit.id)).where(col(OrgUnit.id) == org_unit_id).cte(recursive=True)
    units = units.union(select(edges.c.id).join(units, edges.c.parent_id == units.c.id))
    return select(units.c.id)


def _parents_at(moment: datetime) -> Any:
    """A query of org units and their parents at a moment: what the first move after it left, else the parent of now."""
    move, sooner = aliased(OrgUnitMove), aliased(OrgUnitMove)
    after = col(move.moved_at) > moment
    overtaken = exists().where(
        col(sooner.org_unit_id) == col(move.org_unit_id),
        col(sooner.moved_at) > moment,
        tuple_(col(sooner.moved_at), col(sooner.id)) < tuple_(col(move.moved_at), col(move.id)),
    )
    left: Any = select(col(move.org_unit_id).label("id"), col(move.parent_id)).where(after, ~overtaken)
    moved = exists().where(col(move.org_unit_id) == col(OrgUnit.id), after)
    return left.union_all(select(col(OrgUnit.id), col(OrgUnit.parent_id)).where(~moved))


def units_below(*org_unit_ids: UUID) -> Select[UUID]:
    """A query of org units and everything under them."""
    child = aliased(OrgUnit)
    units = select(col(OrgUnit.id)).where(col(OrgUnit.id).in_(org_unit_ids)).cte(recursive=True)
    units = units.union(select(col(child.id)).join(units, col(child.parent_id) == units.c.id))
    return select(units.c.id)
