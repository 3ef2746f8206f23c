"""Queries of aspirations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from services.skills.people.aspirations.models import Aspirations, AspiredRole, SkillInterest
from services.skills.roles.models import Role
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession
from shared.database.upserts import upsert
from shared.errors import PreconditionFailed


class AspirationRepository:
    """What people want, and since when they say so."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def find(self, person_id: UUID) -> Aspirations | None:
        """The revision and its time; None where the person has not told anything yet."""
        statement = select(Aspirations).where(col(Aspirations.person_id) == person_id)
        found = await self.session.execute(statement.execution_options(populate_existing=True))
        return found.scalar_one_or_none()

    async def roles_of(self, person_id: UUID) -> list[UUID]:
        """The live roles that a person wants, the most wanted first."""
        rows = await self.session.execute(
            select(col(AspiredRole.role_id))
            .join(Role, col(Role.id) == col(AspiredRole.role_id))
            .where(col(AspiredRole.person_id) == person_id, col(Role.deleted_at).is_(None))
            .order_by(col(AspiredRole.place))
        )
        return list(rows.scalars())

    async def interests_of(self, person_id: UUID) -> dict[UUID, int]:
        """How much a person wants live skills, 1..5, the most wanted first."""
        rows = await self.session.execute(
            select(col(SkillInterest.skill_id), col(SkillInterest.interest))
            .join(Skill, col(Skill.id) == col(SkillInterest.skill_id))
            .where(col(SkillInterest.person_id) == person_id, col(Skill.deleted_at).is_(None))
            .order_by(col(SkillInterest.interest).desc(), col(SkillInterest.skill_id))
        )
        return {skill_id: interest for skill_id, interest in rows}  # noqa: C416 - a Row is not a pair to mypy

    async def replace(
        self,
        person_id: UUID,
        revision: int | None,
        roles: Sequence[UUID],
        interests: Mapping[UUID, int],
        now: datetime,
    ) -> bool:
        """Write all wishes, unless they are these. Tells whether they were others.

        Raises PreconditionFailed when `revision` (0: none were told yet) is stale.
        """
        told = await self.find(person_id)
        if told is not None and revision in (None, told.revision) and await self._says(person_id, roles, interests):
            return False
        await self._raise_revision(person_id, revision, now)
        await self.session.execute(delete(AspiredRole).where(col(AspiredRole.person_id) == person_id))
        await self.session.execute(delete(SkillInterest).where(col(SkillInterest.person_id) == person_id))
        if roles:
            rows = [{"person_id": person_id, "role_id": id, "place": place} for place, id in enumerate(roles)]
            await self.session.execute(insert(AspiredRole), rows)
        if interests:
            wanted = [{"person_id": person_id, "skill_id": id, "interest": much} for id, much in interests.items()]
            await self.session.execute(insert(SkillInterest), wanted)
        return True

    async def _says(self, person_id: UUID, roles: Sequence[UUID], interests: Mapping[UUID, int]) -> bool:
        return await self.roles_of(person_id) == list(roles) and await self.interests_of(person_id) == dict(interests)

    async def _raise_revision(self, person_id: UUID, revision: int | None, now: datetime) -> None:
        statement = upsert(Aspirations, {"person_id": person_id, "revision": 0, "updated_at": now}, update=[])
        await self.session.execute(statement)
        change = update(Aspirations).where(col(Aspirations.person_id) == person_id)
        if revision is not None:
            change = change.where(col(Aspirations.revision) == revision)
        changed = await self.session.execute(
            change.values(revision=col(Aspirations.revision) + 1, updated_at=now)
            .returning(col(Aspirations.revision))
            .execution_options(synchronize_session=False)
        )
        if changed.scalar_one_or_none() is None:
            raise PreconditionFailed("The aspirations have changed since you read them.")
