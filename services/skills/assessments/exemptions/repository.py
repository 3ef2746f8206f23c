"""Queries of exemptions and suspensions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlmodel import col

from services.skills.assessments.exemptions.models import Exemption, Suspension
from shared.database.repository import Repository
from shared.pagination import Paging, paginate


class ExemptionRepository(Repository[Exemption]):
    table, noun = Exemption, "exemption"

    async def list_page(self, paging: Paging, person_id: UUID) -> tuple[list[Exemption], str | None]:
        """A person's exemptions, past ones too, in order of creation."""
        statement = select(Exemption).where(col(Exemption.person_id) == person_id, col(Exemption.deleted_at).is_(None))
        return await paginate(self.session, statement, paging, col(Exemption.id))


class SuspensionRepository(Repository[Suspension]):
    table, noun = Suspension, "suspension"

    async def list_page(self, paging: Paging, person_id: UUID) -> tuple[list[Suspension], str | None]:
        """A person's suspensions, past ones too, in order of creation."""
        statement = select(Suspension).where(
            col(Suspension.person_id) == person_id, col(Suspension.deleted_at).is_(None)
        )
        return await paginate(self.session, statement, paging, col(Suspension.id))

    async def suspended_skills(self, person_id: UUID, at: datetime) -> set[UUID]:
        """The skills that are set aside at a moment."""
        statement = select(col(Suspension.skill_id)).where(
            col(Suspension.person_id) == person_id, standing(Suspension, at)
        )
        return set((await self.session.execute(statement)).scalars())


def standing(table: type[Exemption] | type[Suspension], at: datetime) -> Any:
    """In force on that day, entered by then, and not taken back by then."""
    day = at.date()
    return and_(
        col(table.starts_on) <= day,
        or_(col(table.ends_on).is_(None), col(table.ends_on) >= day),
        col(table.created_at) <= at,
        or_(col(table.deleted_at).is_(None), col(table.deleted_at) > at),
    )
