"""Who sees which enrollments."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import false, or_
from sqlmodel import col

from services.enrollment.enrollments.acting import Actor, acting_as
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.reading import EnrollmentReader, read_move
from services.enrollment.enrollments.repository import EnrollmentRepository, TimelineRepository
from services.enrollment.enrollments.rules import EnrollmentStatus
from services.enrollment.enrollments.schemas import ActorKind, EnrollmentRead, TimelineEntry
from services.enrollment.offerings.programs import ProgramReader
from services.enrollment.people import People
from shared.database.sessions import ReadOnlySession
from shared.errors import NotFound
from shared.identity.principal import Principal
from shared.pagination import Page, Paging
from shared.references import Reference, References, parse_references
from shared.schemas import Instant


class EnrollmentFilters(BaseModel):
    """What a list of enrollments can be narrowed to."""

    model_config = ConfigDict(extra="ignore")

    person_id: Reference | None = None
    manager_id: Reference | None = Field(default=None, description="The leader at the time of the request.")
    offering_id: Reference | None = None
    program_id: Reference | None = None
    plan_item_id: UUID | None = None
    campaign_id: UUID | None = None
    status: EnrollmentStatus | None = None
    ids: Annotated[str, Field(max_length=8000, description="Comma-separated ids.")] | None = None
    updated_since: Instant | None = None


class EnrollmentList:
    """Reads for a caller: clients and administrators see all, users what is theirs."""

    def __init__(self, session: ReadOnlySession, people: People, programs: ProgramReader) -> None:
        self.session = session
        self.people = people
        self.programs = programs
        self.enrollments = EnrollmentRepository(session)
        self.reader = EnrollmentReader(session)

    async def page(self, caller: Principal, paging: Paging, filters: EnrollmentFilters) -> Page[EnrollmentRead]:
        """One page. Raises Unprocessable for a person or offering that does not exist."""
        conditions = [*await self._conditions(filters), *await self._own(caller, filters)]
        rows, cursor = await self.enrollments.list_page(paging, conditions, filters.updated_since)
        return Page(data=await self.reader.read_many(rows), next_cursor=cursor)

    async def get(self, caller: Principal, reference: str) -> EnrollmentRead:
        """One enrollment. Raises NotFound, also for somebody else's."""
        return await self.reader.read(await self._visible(caller, reference))

    async def timeline(self, caller: Principal, reference: str, paging: Paging) -> Page[TimelineEntry]:
        """The moves of an enrollment, oldest first. Raises NotFound."""
        enrollment = await self._visible(caller, reference)
        lines, cursor = await TimelineRepository(self.session).list_page(enrollment.id, paging)
        return Page(data=[read_move(line) for line in lines], next_cursor=cursor)

    async def _visible(self, caller: Principal, reference: str) -> Enrollment:
        enrollment = await self.enrollments.get(await self.reader.references.get(reference))
        if caller.kind != "user" or caller.is_admin:
            return enrollment
        actor = Actor(ActorKind.PERSON, caller.person_id)
        if acting_as(actor, enrollment) or await self._leads(caller, enrollment.person_id):
            return enrollment
        raise NotFound(f"There is no enrollment {reference}.")

    async def _leads(self, caller: Principal, person_id: UUID) -> bool:
        return caller.person_id is not None and caller.person_id in await self.people.managers_of(person_id)

    async def _conditions(self, filters: EnrollmentFilters) -> list[Any]:
        wanted = {
            "person_id": await self.people.find_id(filters.person_id, "query/person_id"),
            "leader_id": await self.people.find_id(filters.manager_id, "query/manager_id"),
            "offering_id": await self._offering(filters.offering_id),
            "program_id": await self.programs.find_id(filters.program_id, "query/program_id"),
            "plan_item_id": filters.plan_item_id,
            "campaign_id": filters.campaign_id,
            "status": filters.status,
        }
        conditions = [getattr(Enrollment, name) == value for name, value in wanted.items() if value is not None]
        if filters.ids is not None:
            known = await self.reader.references.known(parse_references(filters.ids))
            conditions.append(col(Enrollment.id).in_(known))
        return conditions

    async def _offering(self, reference: str | None) -> UUID | None:
        if reference is None:
            return None
        return await References(self.session, "offering").demand(reference, "query/offering_id")

    async def _own(self, caller: Principal, filters: EnrollmentFilters) -> list[Any]:
        if caller.kind != "user" or caller.is_admin:
            return []
        me = caller.person_id
        if me is None:
            return [false()]
        person_id = await self.people.find_id(filters.person_id, "query/person_id")
        if person_id is not None and await self._leads(caller, person_id):
            return []
        return [
            or_(
                col(Enrollment.person_id) == me,
                col(Enrollment.leader_id) == me,
                col(Enrollment.facilitator_id) == me,
            )
        ]
