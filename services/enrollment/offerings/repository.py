"""Queries of offerings. A seat is taken by one conditional UPDATE, so that no reader's old number sells it twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlmodel import col

from services.enrollment.offerings.models import Offering
from shared.clock import utc_now
from shared.database.repository import Repository
from shared.errors import NotFound
from shared.pagination import Paging, paginate


class OfferingRepository(Repository[Offering]):
    table, noun = Offering, "offering"

    async def list_page(
        self,
        paging: Paging,
        *,
        program_id: UUID | None,
        ids: Sequence[UUID] | None,
        updated_since: datetime | None,
    ) -> tuple[Sequence[Offering], str | None]:
        """Offerings in order of creation; with `updated_since` also the deleted ones, for delta sync."""
        filters: list[Any] = []
        if program_id is not None:
            filters.append(col(Offering.program_id) == program_id)
        if ids is not None:
            filters.append(col(Offering.id).in_(ids))
        filters.append(
            col(Offering.deleted_at).is_(None) if updated_since is None else col(Offering.updated_at) >= updated_since
        )
        return await paginate(self.session, select(Offering).where(*filters), paging, col(Offering.id))

    async def has_runs(self, program_id: UUID, now: datetime) -> bool:
        """Whether the program has a run that is not over."""
        statement = select(col(Offering.id)).where(
            col(Offering.program_id) == program_id,
            col(Offering.deleted_at).is_(None),
            or_(col(Offering.ends_at).is_(None), col(Offering.ends_at) > now),
        )
        return (await self.session.execute(statement.limit(1))).first() is not None

    async def claim_seat(self, id: UUID, now: datetime) -> bool:
        """Take a free seat while nobody waits, in one statement. False = there is none, or somebody waits."""
        return await self._shift(
            id,
            col(Offering.deleted_at).is_(None),
            or_(col(Offering.capacity).is_(None), col(Offering.taken) < col(Offering.capacity)),
            col(Offering.waiting) == 0,
            or_(col(Offering.ends_at).is_(None), col(Offering.ends_at) > now),
            taken=1,
        )

    async def hold(self, id: UUID) -> Offering:
        """The offering, kept from everybody else until the transaction ends. Raises NotFound.

        Whoever changes an enrollment with a seat holds its offering first: one order of locks, no deadlock.
        """
        statement = select(Offering).where(col(Offering.id) == id).with_for_update()
        found = await self.session.execute(statement, execution_options={"populate_existing": True})
        if (offering := found.scalar_one_or_none()) is None:
            raise NotFound(f"There is no offering {id}.")
        return offering

    async def count(self, id: UUID, *, taken: int = 0, waiting: int = 0) -> None:
        """Move the counters of an offering that is held by these differences."""
        await self._shift(id, taken=taken, waiting=waiting)

    async def started_with_waiting(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Offerings that have started while people still wait."""
        statement = select(col(Offering.id)).where(col(Offering.starts_at) <= now, col(Offering.waiting) > 0)
        return (await self.session.execute(statement.limit(limit))).scalars().all()

    async def _shift(self, id: UUID, *conditions: Any, taken: int = 0, waiting: int = 0) -> bool:
        changed = await self.session.execute(
            update(Offering)
            .where(col(Offering.id) == id, *conditions)
            .values(
                taken=col(Offering.taken) + taken,
                waiting=col(Offering.waiting) + waiting,
                revision=col(Offering.revision) + 1,
                updated_at=utc_now(),
            )
            .returning(col(Offering.id))
            .execution_options(synchronize_session=False)
        )
        shifted = changed.scalar_one_or_none() is not None
        if shifted:
            self._forget(id)
        return shifted
