"""Queries of approvals."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from services.enrollment.approvals.models import Approval, ApprovalApprover, ApprovalPolicy
from shared.database.repository import Repository
from shared.database.sessions import AnySession
from shared.pagination import Paging, paginate

PENDING = "pending"


class PolicyRepository:
    """Versions of the policy are added, never changed."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def find_current(self) -> ApprovalPolicy | None:
        """The policy in force; None until somebody has made one."""
        statement = select(ApprovalPolicy).order_by(col(ApprovalPolicy.number).desc()).limit(1)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def add(self, policy: ApprovalPolicy) -> None:
        self.session.add(policy)
        await self.session.flush()


class ApprovalRepository(Repository[Approval]):
    table, noun = Approval, "approval"

    async def find_of(self, enrollment_id: UUID) -> Approval | None:
        """The approval of an enrollment."""
        statement = select(Approval).where(col(Approval.enrollment_id) == enrollment_id)
        found = await self.session.execute(statement, execution_options={"populate_existing": True})
        return found.scalar_one_or_none()

    async def list_page(
        self,
        paging: Paging,
        *,
        approver_id: UUID | None,
        person_id: UUID | None,
        queue: str | None,
        status: str | None,
        ids: Sequence[UUID] | None,
        updated_since: datetime | None,
    ) -> tuple[Sequence[Approval], str | None]:
        """Approvals in the order of the requests."""
        filters: list[Any] = [
            column == value
            for column, value in (
                (col(Approval.person_id), person_id),
                (col(Approval.queue), queue),
                (col(Approval.status), status),
            )
            if value is not None
        ]
        if approver_id is not None:
            mine = select(col(ApprovalApprover.approval_id)).where(col(ApprovalApprover.person_id) == approver_id)
            filters.append(col(Approval.id).in_(mine))
        if ids is not None:
            filters.append(col(Approval.id).in_(ids))
        if updated_since is not None:
            filters.append(col(Approval.updated_at) >= updated_since)
        return await paginate(self.session, select(Approval).where(*filters), paging, col(Approval.id))

    async def ask(self, approval_id: UUID, person_ids: Iterable[UUID]) -> None:
        """Add people who may answer."""
        rows = [{"approval_id": approval_id, "person_id": person_id} for person_id in person_ids]
        if rows:
            await self.session.execute(insert(ApprovalApprover), rows)

    async def lapsed(self, now: datetime, limit: int) -> Sequence[Approval]:
        """Requests that nobody answered in time, the oldest first."""
        statement = (
            select(Approval)
            .where(col(Approval.status) == PENDING, col(Approval.answer_by) <= now)
            .order_by(col(Approval.answer_by))
            .limit(limit)
        )
        return (await self.session.execute(statement)).scalars().all()
