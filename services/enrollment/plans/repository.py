"""Queries of plans and their items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlmodel import col

from services.enrollment.plans.models import Plan, PlanItem
from services.enrollment.plans.rules import OPEN_STATUSES, ItemStatus, PlanStatus
from shared.database.repository import Repository
from shared.database.sessions import AnySession
from shared.pagination import Paging, paginate


@dataclass(frozen=True)
class PlanFilter:
    """What a list is narrowed to; None = not at all."""

    person_id: UUID | None = None
    status: PlanStatus | None = None
    target_role_id: UUID | None = None
    ids: Sequence[UUID] | None = None
    updated_since: datetime | None = None


class PlanRepository(Repository[Plan]):
    table, noun = Plan, "plan"

    async def list_page(self, paging: Paging, wanted: PlanFilter) -> tuple[Sequence[Plan], str | None]:
        """Plans in order of creation; with `updated_since` also the deleted ones, for delta sync."""
        conditions: list[ColumnElement[bool]] = [
            col(Plan.deleted_at).is_(None)
            if wanted.updated_since is None
            else col(Plan.updated_at) >= wanted.updated_since
        ]
        for column, value in (
            (col(Plan.person_id), wanted.person_id),
            (col(Plan.status), wanted.status),
            (col(Plan.target_role_id), wanted.target_role_id),
        ):
            if value is not None:
                conditions.append(column == value)
        if wanted.ids is not None:
            conditions.append(col(Plan.id).in_(wanted.ids))
        return await paginate(self.session, select(Plan).where(*conditions), paging, col(Plan.id))

    async def touch(self, id: UUID) -> None:
        """Raise the revision: an item has changed, and items are part of what the plan shows."""
        await self.change(id, None, also=True)


class PlanItemRepository:
    """Items have no revision of their own: they change with their plan."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def of_plans(self, plan_ids: Iterable[UUID]) -> dict[UUID, list[PlanItem]]:
        """The items of each plan, in their order."""
        found: dict[UUID, list[PlanItem]] = {id: [] for id in plan_ids}
        rows = await self.session.execute(
            select(PlanItem)
            .where(col(PlanItem.plan_id).in_(list(found)))
            .order_by(col(PlanItem.plan_id), col(PlanItem.position))
            .execution_options(populate_existing=True)
        )
        for item in rows.scalars():
            found[item.plan_id].append(item)
        return found

    async def find(self, id: UUID) -> tuple[PlanItem, Plan] | None:
        """An item of a live plan, and the plan."""
        rows = await self.session.execute(
            select(PlanItem, Plan)
            .join(Plan, col(Plan.id) == PlanItem.plan_id)
            .where(col(PlanItem.id) == id, col(Plan.deleted_at).is_(None))
        )
        found = rows.one_or_none()
        return None if found is None else (found[0], found[1])

    async def replace(self, plan_id: UUID, items: Sequence[PlanItem]) -> None:
        """Make these the items of the plan; those that it has under the same id are overwritten."""
        kept = [item.id for item in items]
        await self.session.execute(
            delete(PlanItem).where(col(PlanItem.plan_id) == plan_id, col(PlanItem.id).not_in(kept))
        )
        for item in items:
            await self.session.merge(item)
        await self.session.flush()

    async def served_by(self, enrollment_id: UUID) -> Sequence[PlanItem]:
        """The items that a participation serves."""
        statement = select(PlanItem).where(col(PlanItem.enrollment_id) == enrollment_id)
        return (await self.session.execute(statement)).scalars().all()

    async def fulfilled_by(self, enrollment_id: UUID, person_id: UUID, program_id: UUID) -> Sequence[PlanItem]:
        """The open items that a completion fulfils: those it serves, and the person's others with its program."""
        statement = (
            select(PlanItem)
            .join(Plan, col(Plan.id) == PlanItem.plan_id)
            .where(
                or_(col(PlanItem.enrollment_id) == enrollment_id, col(PlanItem.program_id) == program_id),
                col(PlanItem.status) != ItemStatus.DONE,
                col(Plan.person_id) == person_id,
                col(Plan.status).in_(OPEN_STATUSES),
                col(Plan.deleted_at).is_(None),
            )
        )
        return (await self.session.execute(statement)).scalars().all()

    async def set_state(self, ids: Iterable[UUID], status: ItemStatus, enrollment_id: UUID | None) -> None:
        """Set status and participation of items."""
        await self.session.execute(
            update(PlanItem)
            .where(col(PlanItem.id).in_(list(ids)))
            .values(status=status, enrollment_id=enrollment_id)
            .execution_options(synchronize_session=False)
        )
