"""Queries of the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select
from sqlmodel import SQLModel, col

from services.programs.catalog.models import Program, ProgramEntryLevel, ProgramPrerequisite, ProgramSkill
from shared.database.repository import Repository
from shared.database.sessions import AnySession
from shared.pagination import Paging, paginate

PREREQUISITES_LOCK = 7_251_001
"""Key of the advisory lock under which prerequisites change on PostgreSQL; SQLite has one writer anyway."""


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None does not narrow."""

    format: str | None = None
    status: str | None = None
    skill_id: UUID | None = None
    owner_id: UUID | None = None
    q: str | None = None
    ids: Sequence[UUID] | None = None
    updated_since: datetime | None = None
    drafts_of: UUID | None = None
    """With `all_drafts` False, only this person's drafts are shown."""
    all_drafts: bool = True


@dataclass(frozen=True)
class Parts:
    """The rows that belong to one program, each list in the order of its positions."""

    skills: list[ProgramSkill] = field(default_factory=list)
    prerequisites: list[ProgramPrerequisite] = field(default_factory=list)
    entry_levels: list[ProgramEntryLevel] = field(default_factory=list)


class ProgramRepository(Repository[Program]):
    table, noun = Program, "program"

    async def list_page(self, paging: Paging, filters: Filters) -> tuple[Sequence[Program], str | None]:
        """Programs in order of creation; with `updated_since` also the deleted ones, for delta sync."""
        statement = select(Program).where(*_conditions(filters))
        return await paginate(self.session, statement, paging, col(Program.id))

    async def find_many(self, ids: Iterable[UUID]) -> dict[UUID, Program]:
        """Live programs by id; unknown ones are absent."""
        rows = await self.session.execute(
            select(Program).where(col(Program.id).in_(list(ids)), col(Program.deleted_at).is_(None))
        )
        return {program.id: program for program in rows.scalars()}

    async def list_published_teaching(self, skill_ids: Iterable[UUID]) -> Sequence[Program]:
        """Published programs that teach any of these skills."""
        teaching = select(col(ProgramSkill.program_id)).where(col(ProgramSkill.skill_id).in_(list(skill_ids)))
        rows = await self.session.execute(
            select(Program)
            .where(
                col(Program.status) == "published",
                col(Program.deleted_at).is_(None),
                col(Program.id).in_(teaching),
            )
            .order_by(col(Program.id))
        )
        return rows.scalars().all()


class PartRepository:
    """Rows that have no identity of their own: what a program teaches and what it asks for."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def of(self, program_ids: Sequence[UUID]) -> dict[UUID, Parts]:
        """The parts of each of these programs."""
        found = {id: Parts() for id in program_ids}
        for skill in await self._rows(ProgramSkill, program_ids):
            found[skill.program_id].skills.append(skill)
        for prerequisite in await self._rows(ProgramPrerequisite, program_ids):
            found[prerequisite.program_id].prerequisites.append(prerequisite)
        for entry in await self._rows(ProgramEntryLevel, program_ids):
            found[entry.program_id].entry_levels.append(entry)
        return found

    async def replace(self, program_id: UUID, parts: Parts) -> None:
        """Make these the program's parts."""
        for table, rows in (
            (ProgramSkill, parts.skills),
            (ProgramPrerequisite, parts.prerequisites),
            (ProgramEntryLevel, parts.entry_levels),
        ):
            await self.session.execute(delete(table).where(col(table.program_id) == program_id))
            if rows:
                await self.session.execute(insert(table), [row.model_dump() for row in rows])

    async def lock_prerequisites(self) -> None:
        """Let only one transaction at a time change prerequisites: two could close a cycle together."""
        if not self.session.info["database"].is_sqlite:
            await self.session.execute(select(func.pg_advisory_xact_lock(PREREQUISITES_LOCK)))

    async def needs_from(self, program_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """The prerequisites of these programs, of those, and so on."""
        needs: dict[UUID, list[UUID]] = {}
        waiting = set(program_ids)
        while waiting:
            needs.update({id: [] for id in waiting})
            for row in await self._rows(ProgramPrerequisite, list(waiting)):
                needs[row.program_id].append(row.needed_program_id)
            waiting = {needed for id in waiting for needed in needs[id]} - needs.keys()
        return needs

    async def list_needing(self, program_id: UUID) -> Sequence[UUID]:
        """Live programs that name this one as their prerequisite."""
        rows = await self.session.execute(
            select(col(ProgramPrerequisite.program_id))
            .join(Program, col(Program.id) == ProgramPrerequisite.program_id)
            .where(col(ProgramPrerequisite.needed_program_id) == program_id, col(Program.deleted_at).is_(None))
            .order_by(col(ProgramPrerequisite.program_id))
        )
        return rows.scalars().all()

    async def _rows(self, table: type[Any], program_ids: Sequence[UUID]) -> Sequence[Any]:
        found: list[SQLModel] = []
        for start in range(0, len(program_ids), 500):
            rows = await self.session.execute(
                select(table).where(table.program_id.in_(program_ids[start : start + 500])).order_by(table.position)
            )
            found.extend(rows.scalars())
        return found


def _conditions(filters: Filters) -> list[Any]:
    program = Program
    equal = {program.format: filters.format, program.status: filters.status, program.owner_id: filters.owner_id}
    conditions: list[Any] = [column == value for column, value in equal.items() if value is not None]
    if filters.skill_id is not None:
        teaching = select(col(ProgramSkill.program_id)).where(col(ProgramSkill.skill_id) == filters.skill_id)
        conditions.append(col(program.id).in_(teaching))
    if filters.q is not None:
        words = filters.q.casefold().split()
        conditions.extend(col(program.search_text).contains(word, autoescape=True) for word in words)
    if filters.ids is not None:
        conditions.append(col(program.id).in_(filters.ids))
    if not filters.all_drafts:
        conditions.append(or_(col(program.status) != "draft", col(program.owner_id) == filters.drafts_of))
    since = filters.updated_since
    conditions.append(col(program.deleted_at).is_(None) if since is None else col(program.updated_at) >= since)
    return conditions
