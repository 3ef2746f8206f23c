"""Use cases that read the catalogue."""

from collections.abc import Sequence
from uuid import UUID

from services.programs.access import sees_drafts
from services.programs.catalog.forms import read_of, summary_of
from services.programs.catalog.models import Program
from services.programs.catalog.repository import Filters, PartRepository, ProgramRepository
from services.programs.catalog.schemas import ProgramRead
from shared.contracts.programs.messages import ProgramSummary
from shared.database.sessions import AnySession
from shared.errors import NotFound
from shared.identity.principal import Principal
from shared.pagination import Page, Paging
from shared.references import References


class Catalog:
    """The programs as somebody sees them."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.programs = ProgramRepository(session)
        self.parts = PartRepository(session)
        self.references = References(session, "program")

    async def get(self, reference: str, caller: Principal) -> ProgramRead:
        """Raises NotFound, for a draft that is not the caller's to see as for a missing program."""
        program = await self.find(reference)
        if program is None or not may_see(program, caller):
            raise NotFound(f"There is no program {reference}.")
        return (await self.read_many([program]))[0]

    async def list_page(self, paging: Paging, filters: Filters) -> Page[ProgramRead]:
        rows, cursor = await self.programs.list_page(paging, filters)
        return Page(data=await self.read_many(rows), next_cursor=cursor)

    async def summarise(self, reference: str) -> ProgramSummary:
        """What neighbours need to know, whatever the status. Raises NotFound."""
        if (program := await self.find(reference)) is None:
            raise NotFound(f"There is no program {reference}.")
        return summary_of(program, (await self.parts.of([program.id]))[program.id])

    async def find(self, reference: str) -> Program | None:
        id = await self.references.find(reference)
        return None if id is None else await self.programs.find(id)

    async def read_many(self, programs: Sequence[Program]) -> list[ProgramRead]:
        ids = [program.id for program in programs]
        parts = await self.parts.of(ids)
        external_ids = await self.references.of(ids)
        titles = await self._titles({row.needed_program_id for found in parts.values() for row in found.prerequisites})
        return [read_of(program, parts[program.id], external_ids.get(program.id, []), titles) for program in programs]

    async def _titles(self, ids: set[UUID]) -> dict[UUID, str]:
        if not ids:
            return {}
        return {id: program.title for id, program in (await self.programs.find_many(ids)).items()}


def may_see(program: Program, caller: Principal) -> bool:
    """A draft is for those who work on the catalogue, and for its owner."""
    if program.status != "draft" or sees_drafts(caller):
        return True
    return caller.person_id is not None and caller.person_id == program.owner_id
