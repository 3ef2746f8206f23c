"""Use cases of offerings."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.enrollment.offerings import rules
from services.enrollment.offerings.models import Offering
from services.enrollment.offerings.programs import ProgramSnapshot
from services.enrollment.offerings.repository import OfferingRepository
from services.enrollment.offerings.schemas import OfferingRead, OfferingWrite, ProgramTitle
from shared.database.sessions import AnySession, UnitOfWork
from shared.pagination import Page, Paging
from shared.references import References
from shared.schemas import ExternalId

Reaction = Callable[[UnitOfWork, UUID, datetime], Awaitable[None]]
"""What follows, in the same transaction, when an offering has changed."""


class OfferingService:
    """Runs of programs."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.offerings = OfferingRepository(session)
        self.references = References(session, "offering")

    async def create(self, program: ProgramSnapshot, body: OfferingWrite, facilitator_id: UUID | None) -> OfferingRead:
        """Raises Unprocessable for times that contradict one another, Conflict for a taken external id."""
        offering = Offering(
            program_id=program.id, program=program.model_dump(mode="json"), **_columns(body, facilitator_id)
        )
        rules.require_consistent(run_of(offering))
        await self.offerings.add(offering)
        await self.references.add(offering.id, body.external_ids)
        return await self.read(offering)

    async def get(self, reference: str) -> OfferingRead:
        return await self.read(await self.offerings.get(await self.references.get(reference)))

    async def replace(
        self,
        reference: str,
        body: OfferingWrite,
        facilitator_id: UUID | None,
        revision: int | None,
        now: datetime,
        reaction: Reaction,
    ) -> OfferingRead:
        """Write the whole offering; what follows for the people in it follows at once.

        Raises NotFound, PreconditionFailed, Unprocessable, SeatsTaken, PeopleWaiting.
        """
        id = await self.references.get(reference)
        await self.offerings.get(id)
        run = run_of(await self.offerings.hold(id))
        rules.require_capacity(run, body.capacity)
        rules.require_waitlist(run, body.waitlist)
        columns = _columns(body, facilitator_id)
        rules.require_consistent(run_of(Offering(**columns)))
        renamed = await self.references.differ(id, body.external_ids)
        await self.offerings.change(id, revision, also=renamed, **columns)
        await self.references.replace(id, body.external_ids)
        assert isinstance(self.session, UnitOfWork)
        await reaction(self.session, id, now)
        return await self.read(await self.offerings.get(id))

    async def delete(self, reference: str, revision: int | None, now: datetime, reaction: Reaction) -> None:
        """Bury a run that nobody holds a seat of, waits for or has asked for. Raises NotFound, OfferingUsed."""
        id = await self.references.get(reference)
        await self.offerings.get(id)
        await self.offerings.bury(id, revision)
        await self.references.replace(id, [])
        assert isinstance(self.session, UnitOfWork)
        await reaction(self.session, id, now)

    async def page(
        self,
        paging: Paging,
        *,
        program_id: UUID | None = None,
        references: Sequence[str] | None = None,
        updated_since: datetime | None = None,
    ) -> Page[OfferingRead]:
        """One page of runs, oldest first."""
        ids = None if references is None else await self.references.known(references)
        rows, cursor = await self.offerings.list_page(
            paging, program_id=program_id, ids=ids, updated_since=updated_since
        )
        return Page(data=await self.read_many(rows), next_cursor=cursor)

    async def read(self, offering: Offering) -> OfferingRead:
        return (await self.read_many([offering]))[0]

    async def read_many(self, offerings: Sequence[Offering]) -> list[OfferingRead]:
        external_ids = await self.references.of([offering.id for offering in offerings])
        return [_read(offering, external_ids.get(offering.id, [])) for offering in offerings]


def run_of(offering: Offering) -> rules.Run:
    """The offering as the rules see it."""
    return rules.Run(
        capacity=offering.capacity,
        taken=offering.taken,
        waiting=offering.waiting,
        waitlist=rules.Waitlist(offering.waitlist),
        offer_hours=offering.offer_hours,
        starts_at=offering.starts_at,
        ends_at=offering.ends_at,
        enrollment_opens_at=offering.enrollment_opens_at,
        enrollment_closes_at=offering.enrollment_closes_at,
    )


def _columns(body: OfferingWrite, facilitator_id: UUID | None) -> dict[str, Any]:
    return {**body.model_dump(exclude={"external_ids"}), "facilitator_id": facilitator_id}


def _read(offering: Offering, external_ids: list[ExternalId]) -> OfferingRead:
    columns = offering.model_dump(exclude={"program", "program_id", "taken", "deleted_at"})
    return OfferingRead(
        **columns,
        program=ProgramTitle.model_validate(offering.program),
        seats_taken=offering.taken,
        seats_free=run_of(offering).free,
        external_ids=external_ids,
        deleted=offering.deleted_at is not None,
    )
