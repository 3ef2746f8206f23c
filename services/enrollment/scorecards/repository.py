"""Queries over the features that a scorecard looks at."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import distinct, func, select
from sqlmodel import col

from services.enrollment.approvals.models import Approval, ApprovalApprover
from services.enrollment.approvals.repository import PENDING
from services.enrollment.enrollments.models import Enrollment, EnrollmentMove
from services.enrollment.enrollments.rules import EnrollmentAction, EnrollmentStatus
from shared.database.sessions import ReadOnlySession

ANSWERS = (EnrollmentAction.APPROVE, EnrollmentAction.DECLINE)


class ScorecardRepository:
    """Reads what leaders did and what waits for them."""

    def __init__(self, session: ReadOnlySession) -> None:
        self.session = session

    async def pending_since(self, leader_id: UUID) -> Sequence[datetime]:
        """When the requests were made that wait for this leader."""
        statement = (
            select(col(Approval.requested_at))
            .join(ApprovalApprover, col(ApprovalApprover.approval_id) == Approval.id)
            .where(col(ApprovalApprover.person_id) == leader_id, col(Approval.status) == PENDING)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def answered(self, leader_id: UUID, since: datetime) -> list[tuple[datetime, datetime]]:
        """When each request was made and when this leader answered it."""
        statement = (
            select(col(Enrollment.requested_at), col(EnrollmentMove.at))
            .join(Enrollment, col(Enrollment.id) == EnrollmentMove.enrollment_id)
            .where(
                col(EnrollmentMove.actor_person_id) == leader_id,
                col(EnrollmentMove.action).in_(ANSWERS),
                col(EnrollmentMove.at) >= since,
            )
        )
        return [(requested_at, at) for requested_at, at in await self.session.execute(statement)]

    async def count_people(
        self, leader_id: UUID, since: datetime, statuses: Collection[EnrollmentStatus] | None = None
    ) -> int:
        """How many people whom the leader follows up asked for something since then and stand in one of these."""
        return await self._count(
            distinct(col(Enrollment.person_id)), col(Enrollment.leader_id) == leader_id, since, statuses
        )

    async def count_own(self, person_id: UUID, since: datetime, statuses: Collection[EnrollmentStatus]) -> int:
        """How many participations of the person's own stand in one of these."""
        return await self._count(col(Enrollment.id), col(Enrollment.person_id) == person_id, since, statuses)

    async def _count(
        self, what: Any, whose: Any, since: datetime, statuses: Collection[EnrollmentStatus] | None
    ) -> int:
        statement = select(func.count(what)).where(
            whose, col(Enrollment.requested_at) >= since, col(Enrollment.deleted_at).is_(None)
        )
        if statuses is not None:
            statement = statement.where(col(Enrollment.status).in_(sorted(statuses)))
        return int((await self.session.execute(statement)).scalar_one())
