"""Queries of enrollments and their timelines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlmodel import col

from services.enrollment.enrollments.models import Enrollment, EnrollmentMove
from services.enrollment.enrollments.rules import ACTIVE, EnrollmentStatus
from shared.clock import utc_now
from shared.database.repository import Repository
from shared.errors import NotFound
from shared.pagination import Paging, paginate


class EnrollmentRepository(Repository[Enrollment]):
    table, noun = Enrollment, "enrollment"

    async def list_page(
        self, paging: Paging, filters: Sequence[Any], updated_since: datetime | None
    ) -> tuple[Sequence[Enrollment], str | None]:
        """Enrollments in the order of their requests."""
        conditions = [*filters, col(Enrollment.deleted_at).is_(None)]
        if updated_since is not None:
            conditions.append(col(Enrollment.updated_at) >= updated_since)
        return await paginate(self.session, select(Enrollment).where(*conditions), paging, col(Enrollment.id))

    async def find_many(self, ids: Sequence[UUID]) -> dict[UUID, Enrollment]:
        """Enrollments by id; unknown ones are absent."""
        found = await self.session.execute(select(Enrollment).where(col(Enrollment.id).in_(ids)))
        return {enrollment.id: enrollment for enrollment in found.scalars()}

    async def find_active(
        self, person_id: UUID, *, offering_id: UUID | None, program_id: UUID | None = None
    ) -> Enrollment | None:
        """The person's active enrollment in a run; with `program_id` in any run of the program, the newest."""
        conditions: list[Any] = [
            col(Enrollment.person_id) == person_id,
            col(Enrollment.status).in_(sorted(ACTIVE)),
        ]
        if offering_id is not None:
            conditions.append(col(Enrollment.offering_id) == offering_id)
        else:
            conditions.append(col(Enrollment.program_id) == program_id)
        statement = select(Enrollment).where(*conditions).order_by(col(Enrollment.id).desc()).limit(1)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def get_fresh(self, id: UUID) -> Enrollment:
        """The row as the database has it now, whatever was read before. Raises NotFound."""
        found = await self.session.execute(
            select(Enrollment).where(col(Enrollment.id) == id), execution_options={"populate_existing": True}
        )
        if (enrollment := found.scalar_one_or_none()) is None:
            raise NotFound(f"There is no enrollment {id}.")
        return enrollment

    async def hold(self, id: UUID) -> Enrollment:
        """The row, kept from everybody else until the transaction ends. Raises NotFound."""
        statement = select(Enrollment).where(col(Enrollment.id) == id).with_for_update()
        found = await self.session.execute(statement, execution_options={"populate_existing": True})
        if (enrollment := found.scalar_one_or_none()) is None:
            raise NotFound(f"There is no enrollment {id}.")
        return enrollment

    async def shift(
        self, id: UUID, source: EnrollmentStatus, target: EnrollmentStatus, values: dict[str, Any]
    ) -> Enrollment | None:
        """Move the row from `source` to `target`, comparing the status inside the UPDATE. None = it stands
        elsewhere by now."""
        await self.session.flush()
        shifted = await self.session.execute(
            update(Enrollment)
            .where(col(Enrollment.id) == id, col(Enrollment.status) == source)
            .values(**values, status=target, revision=col(Enrollment.revision) + 1, updated_at=utc_now())
            .returning(Enrollment),
            execution_options={"synchronize_session": False, "populate_existing": True},
        )
        return shifted.scalar_one_or_none()

    async def has_active(self, offering_id: UUID) -> bool:
        """Whether anybody takes part in a run, waits for it or has asked for it."""
        statement = select(col(Enrollment.id)).where(
            col(Enrollment.offering_id) == offering_id, col(Enrollment.status).in_(sorted(ACTIVE))
        )
        return (await self.session.execute(statement.limit(1))).first() is not None

    async def follow_offering(self, offering_id: UUID, facilitator_id: UUID | None, starts_at: datetime | None) -> None:
        """Take over who runs it, and let no offer outlive its start."""
        of_run = update(Enrollment).where(
            col(Enrollment.offering_id) == offering_id, col(Enrollment.status).in_(sorted(ACTIVE))
        )
        changed = {"revision": col(Enrollment.revision) + 1, "updated_at": utc_now()}
        await self.session.execute(
            of_run.where(col(Enrollment.facilitator_id).is_distinct_from(facilitator_id)).values(
                facilitator_id=facilitator_id, **changed
            ),
            execution_options={"synchronize_session": False},
        )
        if starts_at is not None:
            await self.session.execute(
                of_run.where(col(Enrollment.offer_expires_at) > starts_at).values(
                    offer_expires_at=starts_at, **changed
                ),
                execution_options={"synchronize_session": False},
            )

    async def first_in_line(self, offering_id: UUID, seats: int) -> Sequence[Enrollment]:
        """The next people for free seats, in the order of their requests."""
        statement = (
            select(Enrollment)
            .where(col(Enrollment.offering_id) == offering_id, col(Enrollment.status) == EnrollmentStatus.WAITLISTED)
            .order_by(col(Enrollment.requested_at), col(Enrollment.id))
            .limit(seats)
        )
        found = await self.session.execute(statement, execution_options={"populate_existing": True})
        return found.scalars().all()

    async def position(self, enrollment: Enrollment) -> int:
        """The place in line of somebody who waits, 1 = next."""
        statement = select(func.count()).where(
            col(Enrollment.offering_id) == enrollment.offering_id,
            col(Enrollment.status) == EnrollmentStatus.WAITLISTED,
            tuple_(col(Enrollment.requested_at), col(Enrollment.id)) <= tuple_(enrollment.requested_at, enrollment.id),
        )
        return int((await self.session.execute(statement)).scalar_one())

    async def lapsed_offers(self, now: datetime, limit: int) -> Sequence[Enrollment]:
        """Offered seats whose deadline has passed, the oldest first."""
        statement = (
            select(Enrollment)
            .where(col(Enrollment.status) == EnrollmentStatus.OFFERED, col(Enrollment.offer_expires_at) <= now)
            .order_by(col(Enrollment.offer_expires_at))
            .limit(limit)
        )
        return (await self.session.execute(statement)).scalars().all()


class TimelineRepository:
    """Timelines are written and read, never changed."""

    def __init__(self, session: Any) -> None:
        self.session = session

    async def append(self, line: EnrollmentMove) -> None:
        self.session.add(line)
        await self.session.flush()

    async def list_page(self, enrollment_id: UUID, paging: Paging) -> tuple[Sequence[EnrollmentMove], str | None]:
        statement = select(EnrollmentMove).where(col(EnrollmentMove.enrollment_id) == enrollment_id)
        return await paginate(self.session, statement, paging, col(EnrollmentMove.id))
