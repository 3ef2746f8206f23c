"""The atlas: all roles and moves of a database, indexed in memory and drawn anew when something changes."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.skills.pathways.repository import AtlasRepository, Stamp
from services.skills.pathways.routes import RoleGraph
from services.skills.pathways.rules import importance_of
from services.skills.pathways.similarity import RoleIndex, RoleOutline
from services.skills.roles.repository import MoveRepository
from services.skills.roles.rules import MoveKind
from shared.database.sessions import AnySession


@dataclass(frozen=True, slots=True)
class Chart:
    """One edition of the atlas."""

    graph: RoleGraph
    moves: dict[tuple[UUID, UUID], MoveKind]

    @property
    def index(self) -> RoleIndex:
        return self.graph.index


class Atlas:
    """Keeps the newest edition. One per process; a change anywhere shows in the stamp of the database."""

    def __init__(self) -> None:
        self._edition: tuple[Stamp, date] | None = None
        self._chart: Chart | None = None
        self._drawing = asyncio.Lock()

    async def chart(self, session: AnySession, today: date) -> Chart:
        """The chart of the roles as they are now."""
        edition = (await AtlasRepository(session).stamp(), today)
        async with self._drawing:
            if self._chart is None or self._edition != edition:
                self._chart = await self._draw(session, today)
                self._edition = edition
            return self._chart

    async def _draw(self, session: AnySession, today: date) -> Chart:
        repository = AtlasRepository(session)
        roles, requirements = await repository.roles(), await repository.requirements()
        (frameworks, kinds), broader = await repository.skills(), await repository.broader()
        moves = {
            (move.from_role_id, move.to_role_id): MoveKind(move.kind) for move in await MoveRepository(session).all()
        }

        def chart() -> Chart:
            outlines = [
                RoleOutline(
                    role.id,
                    role.title,
                    role.aliases,
                    importance_of(requirements.get(role.key, ()), today),
                    role.family,
                    role.description,
                )
                for role in roles
            ]
            return Chart(RoleGraph(RoleIndex(outlines, frameworks, broader, kinds), moves), moves)

        return await asyncio.to_thread(chart)


async def _atlas(request: Request) -> Atlas:
    state = request.app.state
    if not hasattr(state, "atlas"):
        state.atlas = Atlas()
    found: Atlas = state.atlas
    return found


RoleAtlas = Annotated[Atlas, Depends(_atlas)]
"""The process's atlas of roles."""
