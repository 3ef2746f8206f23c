"""Where organisers are served: what neighbours know is asked first, then one transaction does the work."""

from datetime import datetime
from typing import Any

from services.enrollment.offerings.programs import ProgramReader
from services.enrollment.offerings.schemas import OfferingRead, OfferingUpsert, OfferingWrite
from services.enrollment.offerings.service import OfferingService, Reaction
from services.enrollment.people import People
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.errors import Unprocessable
from shared.merge_patch import patched
from shared.schemas import ExternalId


class OfferingDesk:
    """Makes and changes runs for their organisers."""

    def __init__(
        self, session: UnitOfWork, people: People, programs: ProgramReader, now: datetime, reaction: Reaction
    ) -> None:
        self.database: Database = session.info["database"]
        self.people = people
        self.programs = programs
        self.now = now
        self.reaction = reaction
        self.offerings = OfferingService(session)

    async def create(self, program: str, body: OfferingWrite) -> OfferingRead:
        """Raises NotFound for an unknown program, ProgramNotOpen, Unprocessable, Conflict."""
        facilitator_id = await self.people.find_id(body.facilitator_id, "/facilitator_id")
        return await self.offerings.create(await self.programs.read(program), body, facilitator_id)

    async def change(self, reference: str, patch: dict[str, Any], revision: int | None) -> OfferingRead:
        """Merge a patch into the run. Raises NotFound, PreconditionFailed, Unprocessable, SeatsTaken, PeopleWaiting."""
        async with self.database.reading() as session:
            present = await OfferingService(session).get(reference)
        return await self._replace(reference, patched(OfferingWrite, present, patch), revision)

    async def upsert(
        self, external: ExternalId, body: OfferingUpsert, revision: int | None
    ) -> tuple[OfferingRead, bool]:
        """Create or replace by external id; tells whether it was created. Raises like `create` and `change`."""
        reference = f"{external.source}:{external.external_id}"
        stated = body.model_dump(exclude={"program_id", "external_ids"})
        others = [one for one in body.external_ids if one != external]
        write = OfferingWrite(**stated, external_ids=[*others, external])
        async with self.database.reading() as session:
            known = await OfferingService(session).references.find(reference)
            present = None if known is None else await OfferingService(session).get(str(known))
        if present is None:
            program = await self.programs.read(body.program_id, "/program_id")
            facilitator_id = await self.people.find_id(body.facilitator_id, "/facilitator_id")
            return await self.offerings.create(program, write, facilitator_id), True
        if await self.programs.find_id(body.program_id, "/program_id") != present.program.id:
            raise Unprocessable("A run stays with its program.", pointer="/program_id")
        return await self._replace(str(present.id), write, revision), False

    async def delete(self, reference: str, revision: int | None) -> None:
        """Take away a run that nobody takes part in. Raises NotFound, OfferingUsed, PreconditionFailed."""
        await self.offerings.delete(reference, revision, self.now, self.reaction)

    async def _replace(self, reference: str, body: OfferingWrite, revision: int | None) -> OfferingRead:
        facilitator_id = await self.people.find_id(body.facilitator_id, "/facilitator_id")
        return await self.offerings.replace(reference, body, facilitator_id, revision, self.now, self.reaction)
