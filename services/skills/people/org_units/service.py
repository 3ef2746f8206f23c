"""Use cases of org units."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.people.models import OrgUnit
from services.skills.people.org_units.repository import OrgUnitRepository
from services.skills.people.org_units.schemas import OrgUnitRead, OrgUnitWrite
from services.skills.people.rules import closes_a_circle
from shared.database.sessions import AnySession
from shared.errors import Conflict, Unprocessable
from shared.references import References
from shared.schemas import ExternalId


class CodeTaken(Conflict):
    code, title = "code-taken", "The code is taken"


class UnitInUse(Conflict):
    code, title = "org-unit-in-use", "The org unit is not empty"


class UnitCircle(Unprocessable):
    code, title = "org-unit-circle", "No org unit is above itself"


class OrgUnitService:
    """The tree of org units."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.units = OrgUnitRepository(session)
        self.references = References(session, "org unit")

    async def create(self, body: OrgUnitWrite) -> OrgUnitRead:
        """Raises CodeTaken, Conflict for a taken external id, Unprocessable for an unknown parent."""
        await self._check_code(body.code, None)
        unit = await self.units.add(OrgUnit(**await self._columns(body)))
        await self.references.add(unit.id, body.external_ids)
        return await self.read(unit)

    async def replace(self, reference: str, body: OrgUnitWrite, revision: int | None, now: datetime) -> OrgUnitRead:
        """Write the whole unit. Raises NotFound, PreconditionFailed, CodeTaken, UnitCircle, Unprocessable."""
        unit = await self.find_row(reference)
        await self._check_code(body.code, unit.id)
        columns = await self._columns(body)
        await self.units.lock_chart()
        parents = await self.units.parents()
        if closes_a_circle(unit.id, columns["parent_id"], parents.get):
            raise UnitCircle("This parent is below the unit.", pointer="/parent_id")
        if columns["parent_id"] != parents.get(unit.id):
            await self.units.note_move(unit.id, parents.get(unit.id), now)
        renamed = await self.references.differ(unit.id, body.external_ids)
        await self.units.change(unit.id, revision, also=renamed, **columns)
        await self.references.replace(unit.id, body.external_ids)
        return await self.read(await self.units.get(unit.id))

    async def upsert(
        self, external: ExternalId, body: OrgUnitWrite, revision: int | None, now: datetime
    ) -> tuple[OrgUnitRead, bool]:
        """Create or replace by external id; tells whether it was created.

        A unit that people's records have made by its code already is taken over, not doubled.
        """
        reference = f"{external.source}:{external.external_id}"
        id = await self.references.find(reference)
        if id is None and (same := await self.units.find_by_code(body.code)) is not None:
            id = same.id
        others = [] if id is None else (await self.references.of([id])).get(id, [])
        merged = list(dict.fromkeys([*body.external_ids, *others, external]))
        body = body.model_copy(update={"external_ids": merged})
        if id is None:
            return await self.create(body), True
        if revision is None and await self._is_same(id, body):
            return await self.read(await self.units.get(id)), False
        return await self.replace(str(id), body, revision, now), False

    async def find_row(self, reference: str) -> OrgUnit:
        """The unit behind a reference in a path. Raises NotFound."""
        return await self.units.get(await self.references.get(reference))

    async def delete(self, reference: str, revision: int | None) -> None:
        """Raises UnitInUse while people or other units are in it, NotFound, PreconditionFailed."""
        unit = await self.units.get_at(await self.references.get(reference), revision)
        if await self.units.is_used(unit.id):
            raise UnitInUse("Move its people and units first.")
        await self.units.bury(unit.id, revision)
        await self.references.replace(unit.id, [])

    async def id_of_code(self, code: str | None) -> UUID | None:
        """The unit with this code, made at the top of the tree when there is none."""
        if code is None:
            return None
        unit = await self.units.find_by_code(code) or await self.units.add(OrgUnit(code=code, title=code))
        return unit.id

    async def read(self, unit: OrgUnit) -> OrgUnitRead:
        return (await self.read_many([unit]))[0]

    async def read_many(self, units: Sequence[OrgUnit]) -> list[OrgUnitRead]:
        external_ids = await self.references.of([unit.id for unit in units])
        return [
            OrgUnitRead(
                **unit.model_dump(exclude={"deleted_at"}),
                external_ids=external_ids.get(unit.id, []),
                deleted=unit.deleted_at is not None,
            )
            for unit in units
        ]

    async def _is_same(self, id: UUID, body: OrgUnitWrite) -> bool:
        unit, columns = await self.units.get(id), await self._columns(body)
        known = set((await self.references.of([id])).get(id, []))
        return set(body.external_ids) == known and all(getattr(unit, name) == columns[name] for name in columns)

    async def _columns(self, body: OrgUnitWrite) -> dict[str, Any]:
        parent_id = None
        if body.parent_id is not None:
            parent_id = await self.references.demand(body.parent_id, "/parent_id")
            if await self.units.find(parent_id) is None:
                raise Unprocessable(f"There is no org unit {body.parent_id}.", pointer="/parent_id")
        return {"code": body.code, "title": body.title or body.code, "parent_id": parent_id}

    async def _check_code(self, code: str, id: UUID | None) -> None:
        other = await self.units.find_by_code(code)
        if other is not None and other.id != id:
            raise CodeTaken(f"Another org unit has the code {code}.")
