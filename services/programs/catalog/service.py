"""Use cases that change the catalogue.

Each looks up what a body refers to before the transaction begins: the session takes its connection at the first
statement, and nothing is asked of a neighbour after it.
"""

from typing import Any
from uuid import UUID

from services.programs.catalog import rules
from services.programs.catalog.forms import body_of, columns_of, fact_of, hours_of, parts_of, present_of
from services.programs.catalog.models import Program
from services.programs.catalog.reading import Catalog
from services.programs.catalog.repository import PartRepository, Parts, ProgramRepository
from services.programs.catalog.resolution import Present, ResolvedProgram, Resolver
from services.programs.catalog.schemas import ProgramRead, ProgramWrite
from services.programs.neighbours import SkillsService
from shared.contracts.programs.events import ProgramArchived, ProgramFact, ProgramPublished, ProgramUpdated
from shared.database.sessions import UnitOfWork
from shared.errors import NotFound, PreconditionFailed, Unprocessable
from shared.events.outbox import record
from shared.ids import new_id
from shared.merge_patch import apply_patch
from shared.references import References
from shared.schemas import ExternalId


class ProgramService:
    """Programs and what must hold when they change."""

    def __init__(self, session: UnitOfWork, skills: SkillsService) -> None:
        self.session = session
        self.skills = skills
        self.catalog = Catalog(session)
        self.programs = ProgramRepository(session)
        self.parts = PartRepository(session)
        self.references = References(session, "program")

    async def create(self, body: ProgramWrite) -> ProgramRead:
        """Raises NotPublishable, LevelOutsideScale, Unprocessable for unknown references, Conflict for a taken
        external id."""
        resolved = await Resolver(self.skills).resolve(body)
        return await self._insert(resolved)

    async def change(self, reference: str, patch: dict[str, Any], revision: int | None) -> ProgramRead:
        """Merge a patch into the program. Raises NotFound, PreconditionFailed, and like `create`."""
        read_at, present, body = await self._present(reference)
        resolved = await Resolver(self.skills, present).resolve(apply_patch(body, _for_its_format(body, patch)))
        return await self._replace(reference, resolved, read_at if revision is None else revision)

    async def upsert(self, external: ExternalId, body: ProgramWrite, revision: int | None) -> tuple[ProgramRead, bool]:
        """Create or replace by external id; tells whether it was created. Without a `status` the present one stays."""
        reference = f"{external.source}:{external.external_id}"
        if external not in body.external_ids:
            body = body.model_copy(update={"external_ids": [*body.external_ids, external]})
        try:
            _, present, before = await self._present(reference)
        except NotFound:
            return await self._insert(await Resolver(self.skills).resolve(body)), True
        if "status" not in body.model_fields_set:
            body = body.model_copy(update={"status": before.status})
        return await self._replace(reference, await Resolver(self.skills, present).resolve(body), revision), False

    async def delete(self, reference: str, revision: int | None) -> None:
        """Raises NotFound, PreconditionFailed, ProgramNeeded while another program names it as its prerequisite."""
        program = await self.programs.get(await self.references.get(reference))
        await self.parts.lock_prerequisites()
        if needing := await self.parts.list_needing(program.id):
            raise rules.ProgramNeeded("Other programs name it first.", programs=[str(id) for id in needing])
        await self.programs.bury(program.id, revision)
        await self.references.replace(program.id, [])
        if program.status == "published":
            parts = (await self.parts.of([program.id]))[program.id]
            await record(self.session, fact_of(ProgramArchived, program, parts, deleted=True))

    async def _present(self, reference: str) -> tuple[int, Present, ProgramWrite]:
        """The program as it is, read before the transaction. Raises NotFound."""
        async with self.session.info["database"].reading() as session:
            catalog = Catalog(session)
            if (program := await catalog.find(reference)) is None:
                raise NotFound(f"There is no program {reference}.")
            parts = (await catalog.parts.of([program.id]))[program.id]
            external_ids = (await catalog.references.of([program.id])).get(program.id, [])
            return program.revision, present_of(program, parts), body_of(program, parts, external_ids)

    async def _insert(self, resolved: ResolvedProgram) -> ProgramRead:
        id = new_id()
        parts = parts_of(id, resolved, await self._needed(id, resolved))
        program = Program(id=id, **columns_of(resolved))
        _check_publishable(program, parts, resolved)
        await self.programs.add(program)
        await self._attach(program.id, parts, resolved.body.external_ids)
        await self._tell(None, program, parts)
        return (await self.catalog.read_many([program]))[0]

    async def _replace(self, reference: str, resolved: ResolvedProgram, revision: int | None) -> ProgramRead:
        before = await self.programs.get(await self.references.get(reference))
        rules.check_status_change(before.status, resolved.body.status)
        rules.check_format_change(before.status, before.format, resolved.body.format)
        parts = parts_of(before.id, resolved, await self._needed(before.id, resolved))
        columns = columns_of(resolved)
        _check_publishable(Program(id=before.id, **columns), parts, resolved)
        if await self._is_same(before, columns, parts, resolved.body.external_ids):
            if revision not in (None, before.revision):
                raise PreconditionFailed("The program has changed since you read it.")
            return (await self.catalog.read_many([before]))[0]
        await self.programs.change(before.id, revision, **columns)
        await self._attach(before.id, parts, resolved.body.external_ids)
        program = await self.programs.get(before.id)
        await self._tell(before.status, program, parts)
        return (await self.catalog.read_many([program]))[0]

    async def _is_same(
        self, before: Program, columns: dict[str, Any], parts: Parts, external_ids: list[ExternalId]
    ) -> bool:
        if any(getattr(before, name) != value for name, value in columns.items()):
            return False
        known = (await self.references.of([before.id])).get(before.id, [])
        same_ids = {(e.source, e.external_id) for e in known} == {(e.source, e.external_id) for e in external_ids}
        return same_ids and _plain((await self.parts.of([before.id]))[before.id]) == _plain(parts)

    async def _attach(self, id: UUID, parts: Parts, external_ids: list[ExternalId]) -> None:
        await self.parts.replace(id, parts)
        await self.references.replace(id, external_ids)

    async def _needed(self, id: UUID, resolved: ResolvedProgram) -> dict[UUID, int]:
        """Ids and positions of the programs that come before. Raises Unprocessable, PrerequisiteCycle."""
        if not resolved.needed:
            return {}
        await self.parts.lock_prerequisites()
        needed: dict[UUID, int] = {}
        for position, reference in resolved.needed.items():
            pointer = f"/prerequisites/{position}/program_id"
            other = await self.references.demand(reference, pointer)
            if await self.programs.find(other) is None:
                raise Unprocessable(f"There is no program {reference}.", pointer=pointer)
            if other in needed:
                raise Unprocessable("The program is named twice.", pointer=pointer)
            needed[other] = position
        rules.check_no_cycle(id, needed, await self.parts.needs_from(needed))
        return needed

    async def _tell(self, before: str | None, program: Program, parts: Parts) -> None:
        if (kind := _fact_kind(before, program.status)) is not None:
            await record(self.session, fact_of(kind, program, parts))


def _fact_kind(before: str | None, now: str) -> type[ProgramFact] | None:
    """What is told of a change; drafts are nobody's business yet."""
    if now == "published":
        return ProgramUpdated if before == "published" else ProgramPublished
    return ProgramArchived if now == "archived" and before == "published" else None


def _check_publishable(program: Program, parts: Parts, resolved: ResolvedProgram) -> None:
    if program.status != "published":
        return
    rules.check_publishable(
        [rules.Taught(skill.skill_id, skill.from_level, skill.to_level) for skill in parts.skills],
        [rules.LevelAsked(entry.position, entry.skill_id, entry.level) for entry in parts.entry_levels],
        hours_of(program, resolved.details),
        resolved.details,
    )


def _for_its_format(present: ProgramWrite, patch: dict[str, Any]) -> dict[str, Any]:
    """With another format the fields of the present one are dropped: nobody has to null them one by one."""
    if patch.get("format", present.format) == present.format or not isinstance(patch.get("details", {}), dict):
        return patch
    gone = dict.fromkeys(type(present.details).model_fields)
    return {**patch, "details": {**gone, **patch.get("details", {})}}


def _plain(parts: Parts) -> list[list[dict[str, Any]]]:
    rows = (parts.skills, parts.prerequisites, parts.entry_levels)
    return [[row.model_dump() for row in sorted(found, key=lambda row: row.position)] for found in rows]
