"""Reading and writing whole frameworks: what imports need, in statements that carry thousands of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, tuple_, update
from sqlmodel import col

from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.relations.models import SkillRelation
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.skills.models import Skill
from shared.clock import utc_now
from shared.database.loading import in_columns, load
from shared.database.sessions import AnySession
from shared.database.upserts import change_by_id, upsert

READ_AT_ONCE = 500
"""Keys in one IN list, or rows in one page: between pages others get their turn on the event loop."""

Relation = tuple[UUID, str, UUID]
"""From a skill, the kind, to a skill."""

SKILL_COLUMNS = (
    "kind",
    "status",
    "labels",
    "alternative_labels",
    "description",
    "level_descriptions",
    "code",
    "reuse_level",
)


@dataclass(frozen=True, slots=True)
class SkillState:
    """A skill as it is stored. `deleted` ones still hold their URI."""

    id: UUID
    values: dict[str, Any]
    deleted: bool
    replaced_by_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SkillPlace:
    """Where a skill belongs: enough to require it of a role."""

    id: UUID
    framework_id: UUID
    status: str


class TaxonomyBulk:
    """Frameworks, scales, skills and relations by the thousand. Like every repository, it never commits."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def frameworks(self, uris: Iterable[str]) -> dict[str, Framework]:
        rows = await self.session.execute(select(Framework).where(col(Framework.uri).in_(list(uris))))
        return {framework.uri: framework for framework in rows.scalars()}

    async def scales(self) -> dict[UUID, Scale]:
        return {scale.id: scale for scale in (await self.session.execute(select(Scale))).scalars()}

    async def scale_of_framework(self) -> dict[UUID, UUID]:
        """The scale of each framework."""
        rows = await self.session.execute(select(col(Framework.id), col(Framework.scale_id)))
        return {framework_id: scale_id for framework_id, scale_id in rows}  # noqa: C416 - a Result is no mapping

    async def skills_of(self, framework_id: UUID) -> dict[str, SkillState]:
        """Every skill of a framework by URI, deleted ones included."""
        columns = Skill.__table__.c  # type: ignore[attr-defined]
        statement = (
            select(
                columns.uri,
                columns.id,
                columns.deleted_at,
                columns.replaced_by_id,
                *(columns[name] for name in SKILL_COLUMNS),
            )
            .where(columns.framework_id == framework_id)
            .order_by(columns.id)
            .limit(READ_AT_ONCE)
        )
        found: dict[str, SkillState] = {}
        last = UUID(int=0)
        while rows := (await self.session.execute(statement.where(columns.id > last))).all():
            for uri, id, deleted_at, successor, *values in rows:
                columns_of = dict(zip(SKILL_COLUMNS, values, strict=True))
                found[uri] = SkillState(id, columns_of, deleted_at is not None, successor)
                last = id
        return found

    async def relations_of(self, skill_ids: Sequence[UUID]) -> set[Relation]:
        """Every relation that starts at one of these skills."""
        origin, kind, target = col(SkillRelation.skill_id), col(SkillRelation.kind), col(SkillRelation.related_skill_id)
        found: set[Relation] = set()
        for start in range(0, len(skill_ids), READ_AT_ONCE):
            some = skill_ids[start : start + READ_AT_ONCE]
            rows = await self.session.execute(select(origin, kind, target).where(origin.in_(some)))
            found.update((row[0], row[1], row[2]) for row in rows)
        return found

    async def places_by_uri(self, uris: Iterable[str]) -> dict[str, SkillPlace]:
        """Live skills by URI, in whichever framework; of several the newest."""
        return await self._places(col(Skill.uri), list(uris))

    async def places_by_id(self, ids: Iterable[UUID]) -> dict[UUID, SkillPlace]:
        return await self._places(col(Skill.id), list(ids))

    async def add_scales(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.session.execute(insert(Scale.__table__), rows)  # type: ignore[attr-defined]

    async def change_scales(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.session.execute(change_by_id(Scale, ("title", "levels", "updated_at")), rows)

    async def add_frameworks(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.session.execute(insert(Framework.__table__), rows)  # type: ignore[attr-defined]

    async def change_frameworks(self, rows: Sequence[dict[str, Any]]) -> None:
        columns = ("title", "edition", "attribution", "deleted_at", "updated_at")
        await self.session.execute(change_by_id(Framework, columns), rows)

    async def add_skills(self, rows: Sequence[dict[str, Any]]) -> None:
        await load(self.session, Skill, in_columns(rows))

    async def change_skills(self, rows: Sequence[dict[str, Any]]) -> None:
        """Set all of `SKILL_COLUMNS`; each row names its skill as `row_id`."""
        columns = (*SKILL_COLUMNS, "deleted_at", "updated_at")
        await self.session.execute(change_by_id(Skill, columns), rows)

    async def replace_skills(self, rows: Sequence[dict[str, Any]]) -> None:
        """Name the skills that stand in place of others: `row_id`, `replaced_by_id`."""
        await self.session.execute(change_by_id(Skill, ("replaced_by_id", "updated_at")), rows)

    async def retire_skills(self, ids: Sequence[UUID]) -> None:
        """Deprecate: old use stays, new use is not offered."""
        await self.session.execute(
            update(Skill)
            .where(col(Skill.id).in_(ids))
            .values(status="deprecated", revision=col(Skill.revision) + 1, updated_at=utc_now())
            .execution_options(synchronize_session=False)
        )

    async def add_relations(self, relations: Sequence[Relation]) -> None:
        rows = [{"skill_id": origin, "kind": kind, "related_skill_id": target} for origin, kind, target in relations]
        await self.session.execute(upsert(SkillRelation, update=()), rows)

    async def remove_relations(self, relations: Sequence[Relation]) -> None:
        key = tuple_(col(SkillRelation.skill_id), col(SkillRelation.kind), col(SkillRelation.related_skill_id))
        for start in range(0, len(relations), READ_AT_ONCE):
            some = relations[start : start + READ_AT_ONCE]
            await self.session.execute(
                delete(SkillRelation).where(key.in_(some)).execution_options(synchronize_session=False)
            )

    async def _places(self, column: Any, keys: Sequence[Any]) -> dict[Any, SkillPlace]:
        found: dict[Any, SkillPlace] = {}
        for start in range(0, len(keys), READ_AT_ONCE):
            rows = await self.session.execute(
                select(column, col(Skill.id), col(Skill.framework_id), col(Skill.status))
                .where(column.in_(keys[start : start + READ_AT_ONCE]), col(Skill.deleted_at).is_(None))
                .order_by(col(Skill.id))
            )
            found.update({key: SkillPlace(*place) for key, *place in rows})
        return found
