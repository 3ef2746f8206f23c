"""HTTP endpoints of what is owed in a cycle."""

from typing import Annotated

from fastapi import Query

from services.skills.access import CycleManager, CycleReader
from services.skills.assessments.cycles.invitations.schemas import InvitationRead, ProgressRead, RemindersRead
from services.skills.assessments.cycles.invitations.service import InvitationService
from services.skills.assessments.cycles.service import CycleIsClosed, CycleService
from services.skills.people.service import seen_by
from shared.clock import Now
from shared.database.sessions import ReadSession, ScanSession, WriteSession
from shared.errors import BadRequest, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.languages import Languages
from shared.pagination import Page, Pages
from shared.references import IdPath, Reference, References

invitations = Router(prefix="/v1/assessment-cycles/{id}", tags=["Assessment cycles"])


@invitations.get("/invitations", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_invitations(
    id: IdPath,
    caller: CycleReader,
    session: ReadSession,
    paging: Pages,
    languages: Languages,
    now: Now,
    assessor_id: Annotated[Reference | None, Query(description="Only what this person owes.")] = None,
) -> Page[InvitationRead]:
    """Who owes which rating: every member's required skills, by each required source of the cycle. Who has no
    manager needs no manager's rating.

    A signed-in user sees what they owe, and what is owed about themselves and those who report to them.
    """
    cycle = await CycleService(session, now).find_row(id)
    assessor = await References(session, "person").demand(assessor_id, "query/assessor_id") if assessor_id else None
    return await InvitationService(session, now, languages).list_page(cycle, paging, seen_by(caller), assessor)


@invitations.get("/progress", responses=problems(BadRequest, NotFound, Unprocessable))
async def get_progress(id: IdPath, caller: CycleManager, session: ScanSession, paging: Pages, now: Now) -> ProgressRead:
    """How many ratings the cycle wants, and how many were given: altogether, and by source.

    A closed cycle is told as it was when it closed.
    """
    cycle = await CycleService(session, now).find_row(id)
    return await InvitationService(session, now).progress(cycle, paging)


@invitations.post("/remind", responses=problems(BadRequest, NotFound, CycleIsClosed, Unprocessable))
async def remind_assessors(
    id: IdPath, caller: CycleManager, reader: ScanSession, session: WriteSession, now: Now
) -> RemindersRead:
    """Tell a fact for everybody who still owes ratings; webhooks and feeds carry it to the channel that reminds.

    The facts follow at once, some hundreds at a time.
    """
    cycle = await CycleService(reader, now).find_open(id)
    return await InvitationService(reader, now).remind(cycle, session)


routers = (invitations,)
