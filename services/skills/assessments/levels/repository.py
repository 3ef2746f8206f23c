"""Queries of the derived levels."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import exists, func, or_, select, text, update
from sqlmodel import col

from services.skills.assessments.levels.models import SkillLevel
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.models import RatingRow
from services.skills.assessments.scale_migrations.repository import ScaleMigrationRepository
from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession
from shared.database.upserts import among, upsert

_LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('upskill.ledger.' || person, 0))"
    " FROM unnest(CAST(:people AS text[])) AS person"
)
COLUMNS = ("level", "verified", "disagreement", "policy_version", "next_change_at", "rebuilt_at")
# Older than every policy: what is marked with it must be built again.
OUTDATED = 0


class KeptLevel(NamedTuple):
    """What was known of a level when it was last built."""

    level: float | None
    verified: bool
    rebuilt_at: datetime


class LevelRepository:
    """Kept levels: what roll-ups read."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def lock(self, person_ids: Iterable[UUID]) -> None:
        """Let one change of a person's ledger pass at a time: of two that come together, each would otherwise
        build the level without the other's rating. In order of id, so that no two wait for each other.
        """
        if self.session.info["database"].is_sqlite:  # SQLite has one writer anyway
            return
        if people := [*map(str, sorted(person_ids))]:
            await self.session.execute(_LOCK, {"people": people})

    async def of_people(
        self, person_ids: Collection[UUID], skill_ids: Collection[UUID]
    ) -> dict[tuple[UUID, UUID], "KeptLevel"]:
        """The kept levels of people in these skills, by person and skill."""
        of_people, in_skills = col(SkillLevel.person_id), col(SkillLevel.skill_id)
        names = (col(SkillLevel.level), col(SkillLevel.verified), col(SkillLevel.rebuilt_at))
        rows: Any = await self.session.execute(
            select(of_people, in_skills, *names).where(
                among(self.session, of_people, person_ids), among(self.session, in_skills, skill_ids)
            )
        )
        return {(person_id, skill_id): KeptLevel(*kept) for person_id, skill_id, *kept in rows}

    async def write(self, rows: Sequence[dict[str, Any]]) -> None:
        """Insert or replace."""
        if rows:
            await self.session.execute(upsert(SkillLevel, update=COLUMNS), rows)

    async def outdate_source(self, source: Source) -> None:
        """Make every level due in which this source has a say."""
        columns = RatingRow.__table__.c  # type: ignore[attr-defined]
        rated = exists().where(
            columns.person_id == col(SkillLevel.person_id),
            columns.skill_id == col(SkillLevel.skill_id),
            columns.source == source,
        )
        await self._outdate(rated)

    async def outdate_frameworks(self, framework_ids: Sequence[UUID]) -> None:
        """Make every level due in the skills of these frameworks."""
        skills = select(col(Skill.id)).where(col(Skill.framework_id).in_(framework_ids))
        await self._outdate(col(SkillLevel.skill_id).in_(skills))

    async def _outdate(self, condition: Any) -> None:
        statement = update(SkillLevel).where(condition).values(policy_version=OUTDATED)
        await self.session.execute(statement.execution_options(synchronize_session=False))

    async def due(
        self, now: datetime, policy_version: int, limit: int | None = None, people: Any = None
    ) -> dict[UUID, list[UUID]]:
        """Skills by person whose level must be rebuilt: something expired, or another policy is in force.

        `people` narrows it to a query of person ids.
        """
        statement = (
            select(col(SkillLevel.person_id), col(SkillLevel.skill_id))
            .where(or_(col(SkillLevel.next_change_at) <= now, col(SkillLevel.policy_version) < policy_version))
            .limit(limit)
        )
        if people is not None:
            statement = statement.where(col(SkillLevel.person_id).in_(people))
        found: dict[UUID, list[UUID]] = {}
        for person_id, skill_id in await self.session.execute(statement):
            found.setdefault(person_id, []).append(skill_id)
        return found

    async def count_due(self, policy_version: int) -> int:
        """How many levels are of an older policy."""
        older = select(func.count()).select_from(SkillLevel).where(col(SkillLevel.policy_version) < policy_version)
        return int((await self.session.execute(older)).scalar_one())

    async def spans(self, skill_ids: Collection[UUID], at: datetime) -> dict[UUID, float]:
        """The width of each skill's scale at a moment in levels, from none to its highest."""
        rows = await self.session.execute(
            select(col(Skill.id), col(Scale.levels))
            .join(Framework, col(Framework.id) == col(Skill.framework_id))
            .join(Scale, col(Scale.id) == col(Framework.scale_id))
            .where(col(Skill.id).in_(skill_ids))
        )
        found = {skill_id: float(levels[-1]["level"]) for skill_id, levels in rows}
        moved = await ScaleMigrationRepository(self.session).scales_in_force(skill_ids, at)
        if moved:
            scales = await self.session.execute(
                select(col(Scale.id), col(Scale.levels)).where(col(Scale.id).in_(set(moved.values())))
            )
            widths = {scale_id: float(levels[-1]["level"]) for scale_id, levels in scales}
            found.update({skill_id: widths[scale_id] for skill_id, scale_id in moved.items()})
        return found
