"""Queries of scale migrations: what has been, and what another one would touch."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.assessments.levels.models import SkillLevel
from services.skills.assessments.ratings.models import RatingRow
from services.skills.assessments.scale_migrations.models import ScaleMigration
from services.skills.assessments.scale_migrations.rules import (
    Reading,
    Route,
    ScaleMove,
    rekeyed,
    routes,
    scale_in_force,
)
from services.skills.roles.models import Role, RoleRequirement
from services.skills.roles.repository import REQUIREMENT_COLUMNS, requirement_row
from services.skills.roles.rules import Requirement
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession
from shared.database.upserts import change_by_id
from shared.pagination import Paging, paginate

WRITE_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ScaleHistory:
    """How levels of some skills are read whose framework has had another scale; the others need no reading."""

    routes: Mapping[UUID, Mapping[UUID, Route]] = field(default_factory=dict)
    first: Mapping[UUID, UUID] = field(default_factory=dict)

    def read(self, skill_id: UUID, scale_id: UUID | None, level: float) -> float:
        """A level as it was given on a scale, on the scale in force. None: on the first that the framework had."""
        known = self.routes.get(skill_id)
        if known is None:
            return level
        route = known.get(scale_id or self.first[skill_id])
        return level if route is None else route.read(level)


@dataclass(frozen=True, slots=True)
class ScaleHistories:
    """Every migration by framework, and the frameworks of the skills that they concern."""

    moves: Mapping[UUID, Sequence[ScaleMove]]
    frameworks: Mapping[UUID, UUID]

    def at(self, moment: datetime | None) -> ScaleHistory:
        """How levels are read on the scale in force at a moment, or now."""
        ways = {framework_id: routes(self.moves[framework_id], moment) for framework_id in {*self.frameworks.values()}}
        return ScaleHistory(
            {skill: ways[framework] for skill, framework in self.frameworks.items()},
            {skill: self.moves[framework][0].from_scale_id for skill, framework in self.frameworks.items()},
        )


class ScaleMigrationRepository:
    """The migrations of frameworks, in order of time."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def list_page(self, paging: Paging, framework_id: UUID) -> tuple[list[ScaleMigration], str | None]:
        """A framework's migrations, oldest first."""
        statement = select(ScaleMigration).where(col(ScaleMigration.framework_id) == framework_id)
        return await paginate(self.session, statement, paging, col(ScaleMigration.id))

    async def add_many(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.session.execute(insert(ScaleMigration), rows)

    async def moves(self) -> dict[UUID, list[ScaleMove]]:
        """Every migration there has been, by framework. There are few, mostly none."""
        rows = await self.session.execute(select(ScaleMigration).order_by(col(ScaleMigration.migrated_at)))
        found: dict[UUID, list[ScaleMove]] = {}
        for row in rows.scalars():
            reading = Reading.of({float(level): target for level, target in row.mapping.items()})
            move = ScaleMove(row.from_scale_id, row.to_scale_id, reading, row.migrated_at)
            found.setdefault(row.framework_id, []).append(move)
        return found

    async def history(self, skill_ids: Collection[UUID], at: datetime | None = None) -> ScaleHistory:
        """How levels of skills are read on the scale in force at a moment, or now."""
        return (await self.histories(skill_ids)).at(at)

    async def histories(self, skill_ids: Collection[UUID]) -> ScaleHistories:
        """The same for any moment."""
        moves = await self.moves()
        frameworks = await self._frameworks_of(skill_ids) if moves else {}
        return ScaleHistories(moves, {skill: id for skill, id in frameworks.items() if id in moves})

    async def scales_in_force(self, skill_ids: Collection[UUID], at: datetime) -> dict[UUID, UUID]:
        """The scale at a moment of those skills whose framework has ever had another one."""
        moves = await self.moves()
        if not moves:
            return {}
        scales = {framework_id: scale_in_force(found, at) for framework_id, found in moves.items()}
        frameworks = await self._frameworks_of(skill_ids)
        found = {skill: scales.get(framework) for skill, framework in frameworks.items()}
        return {skill: scale for skill, scale in found.items() if scale is not None}

    async def moved_between(self, earlier: datetime, later: datetime) -> dict[UUID, Route]:
        """Frameworks that are on another scale at the later moment, each with how levels of then are read on it."""
        found: dict[UUID, Route] = {}
        for framework_id, moves in (await self.moves()).items():
            before = scale_in_force(moves, earlier)
            if before is not None and before != scale_in_force(moves, later):
                found[framework_id] = routes(moves, later)[before]
        return found

    async def _frameworks_of(self, skill_ids: Collection[UUID]) -> dict[UUID, UUID]:
        wanted, found = list(skill_ids), dict[UUID, UUID]()
        for start in range(0, len(wanted), 500):
            rows = await self.session.execute(
                select(col(Skill.id), col(Skill.framework_id)).where(col(Skill.id).in_(wanted[start : start + 500]))
            )
            found.update((skill, framework) for skill, framework in rows)
        return found


class ScaleUseRepository:
    """What is on the levels of some frameworks' scale."""

    def __init__(self, session: AnySession, framework_ids: Sequence[UUID]) -> None:
        self.session = session
        self.skills = select(col(Skill.id)).where(col(Skill.framework_id).in_(framework_ids))
        self.framework_ids = framework_ids

    async def ratings_by_level(self) -> Counter[tuple[UUID, UUID | None, float]]:
        """How many ratings were given, by framework, the scale that they were given on, and level."""
        rows = await self.session.execute(
            select(col(Skill.framework_id), col(RatingRow.scale_id), col(RatingRow.level), func.count())
            .join(Skill, col(Skill.id) == col(RatingRow.skill_id))
            .where(col(Skill.framework_id).in_(self.framework_ids))
            .group_by(col(Skill.framework_id), col(RatingRow.scale_id), col(RatingRow.level))
        )
        return Counter({(framework, scale, level): count for framework, scale, level, count in rows})

    async def requirements(self) -> list[tuple[UUID, Requirement]]:
        """Requirements in force in the ledger, each with its role."""
        columns = RoleRequirement.__table__.c  # type: ignore[attr-defined]
        rows = await self.session.execute(
            select(columns.role_id, *REQUIREMENT_COLUMNS).where(
                columns.skill_id.in_(self.skills), columns.replaced_at.is_(None)
            )
        )
        return [(role_id, Requirement(*values)) for role_id, *values in rows]

    async def entangled_roles(self, limit: int) -> list[tuple[UUID, str]]:
        """Live roles that require skills of these frameworks and of others too: id and title."""
        here, there = aliased(RoleRequirement), aliased(RoleRequirement)
        rows = await self.session.execute(
            select(col(Role.id), col(Role.title))
            .where(
                col(Role.deleted_at).is_(None),
                exists().where(
                    col(here.role_id) == col(Role.id),
                    col(here.replaced_at).is_(None),
                    col(here.skill_id).in_(self.skills),
                ),
                exists().where(
                    col(there.role_id) == col(Role.id),
                    col(there.replaced_at).is_(None),
                    col(there.skill_id).not_in(self.skills),
                ),
            )
            .order_by(col(Role.title), col(Role.id))
            .limit(limit)
        )
        return [(id, title) for id, title in rows]

    async def count_people(self) -> int:
        """People who have a level in any of the skills."""
        counted = select(func.count(func.distinct(col(SkillLevel.person_id)))).where(
            col(SkillLevel.skill_id).in_(self.skills)
        )
        return int((await self.session.execute(counted)).scalar_one())

    async def enter_anew(self, requirements: Sequence[tuple[UUID, Requirement]], now: datetime) -> None:
        """End all requirements in these skills, and enter others in their place."""
        await self.session.execute(
            update(RoleRequirement)
            .where(col(RoleRequirement.skill_id).in_(self.skills), col(RoleRequirement.replaced_at).is_(None))
            .values(replaced_at=now)
            .execution_options(synchronize_session=False)
        )
        rows = [requirement_row(role_id, requirement, now) for role_id, requirement in requirements]
        for start in range(0, len(rows), WRITE_AT_ONCE):
            await self.session.execute(insert(RoleRequirement), rows[start : start + WRITE_AT_ONCE])
        await self.session.execute(
            update(Role)
            .where(
                col(Role.id).in_(
                    select(col(RoleRequirement.role_id)).where(
                        col(RoleRequirement.skill_id).in_(self.skills), col(RoleRequirement.recorded_at) == now
                    )
                )
            )
            .values(revision=col(Role.revision) + 1, updated_at=now)
            .execution_options(synchronize_session=False)
        )

    async def describe_anew(self, mapping: Mapping[str, float], now: datetime) -> None:
        """Put what the levels mean for each skill under the levels of the new scale."""
        rows = await self.session.execute(
            select(col(Skill.id), col(Skill.level_descriptions)).where(col(Skill.framework_id).in_(self.framework_ids))
        )
        changes = [
            {"row_id": id, "level_descriptions": rekeyed(texts, mapping), "updated_at": now}
            for id, texts in rows
            if texts
        ]
        if changes:
            await self.session.execute(change_by_id(Skill, ("level_descriptions", "updated_at")), changes)
