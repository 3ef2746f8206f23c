"""Queries of exemptions and suspensions."""

from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import and_, func, insert, or_, select
from sqlmodel import col

from services.skills.assessments.exemptions.models import Exemption, Suspension
from services.skills.assessments.exemptions.rules import Phase
from shared.database.repository import Repository
from shared.ids import new_id
from shared.pagination import Paging, paginate

SetAside = TypeVar("SetAside", Exemption, Suspension)


class SetAsideRepository(Repository[SetAside], Generic[SetAside]):
    """What both kinds share."""

    async def list_page(
        self, paging: Paging, person_id: UUID, skill_id: UUID | None
    ) -> tuple[list[SetAside], str | None]:
        """A person's, past ones too, in order of creation."""
        table = self.table
        statement = select(table).where(table.person_id == person_id, table.deleted_at.is_(None))
        if skill_id is not None:
            statement = statement.where(table.skill_id == skill_id)
        return await paginate(self.session, statement, paging, table.id)

    async def amend(self, row: SetAside, revision: int | None, now: datetime, **values: Any) -> SetAside:
        """Change a row; what it said until now stays as a buried copy. Raises PreconditionFailed.

        Where it says all of this already, nothing is written.
        """
        if all(getattr(row, name) == value for name, value in values.items()):
            return await self.get_at(row.id, revision)
        before = row.model_dump() | {"id": new_id(), "deleted_at": now}
        await self.change(row.id, revision or row.revision, **values, amended_at=now)
        await self.session.execute(insert(self.table).values(**before))
        return await self.get(row.id)

    async def turned(self, day: date, limit: int) -> list[SetAside]:
        """Those that have begun or ended and of which this was not told yet."""
        table = self.table
        begun = and_(table.phase == Phase.PLANNED, table.starts_on <= day)
        ended = and_(table.phase != Phase.OVER, table.ends_on < day)
        statement = select(table).where(or_(begun, ended), table.deleted_at.is_(None)).limit(limit)
        return list((await self.session.execute(statement)).scalars())


class ExemptionRepository(SetAsideRepository[Exemption]):
    table, noun = Exemption, "exemption"


class SuspensionRepository(SetAsideRepository[Suspension]):
    table, noun = Suspension, "suspension"

    async def suspended_skills(self, person_id: UUID, at: datetime) -> set[UUID]:
        """The skills that are set aside at a moment."""
        statement = select(col(Suspension.skill_id)).where(
            col(Suspension.person_id) == person_id, standing(Suspension, at)
        )
        return set((await self.session.execute(statement)).scalars())


def standing(table: type[Exemption] | type[Suspension], at: datetime) -> Any:
    """In force on that day, entered by then, and neither changed nor taken back by then."""
    day = at.date()
    return and_(
        col(table.starts_on) <= day,
        or_(col(table.ends_on).is_(None), col(table.ends_on) >= day),
        func.coalesce(col(table.amended_at), col(table.created_at)) <= at,
        or_(col(table.deleted_at).is_(None), col(table.deleted_at) > at),
    )
