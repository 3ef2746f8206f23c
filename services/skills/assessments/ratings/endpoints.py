"""HTTP endpoints of ratings."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from services.skills.access import PeopleReader, RatingsWriter
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.batches import record_batch
from services.skills.assessments.ratings.checks import CycleNotOpen
from services.skills.assessments.ratings.evidence import EvidenceService
from services.skills.assessments.ratings.repository import RatingFilter, RatingRepository
from services.skills.assessments.ratings.schemas import (
    DisputeAnswer,
    RatingAction,
    RatingRead,
    RatingResults,
    RatingsBody,
)
from services.skills.assessments.ratings.service import IllegalEntry, RatingReader, RatingService, name_of
from services.skills.people.service import PersonService, seen_by
from services.skills.taxonomy.scales.rules import LevelOutsideScale
from shared.clock import Now
from shared.contracts.skills.messages import Evidence, EvidenceReceipt
from shared.contracts.skills.problems import SwitchedOff
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import BadRequest, Forbidden, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.identity.access import InternalCaller
from shared.pagination import Page, Pages
from shared.references import ExternalIdPath, Ids, Reference, References
from shared.schemas import Instant

ratings = Router(prefix="/v1/ratings", tags=["Ratings"])
internal = Router(prefix="/internal/evidence", include_in_schema=False)

RatingId = Annotated[UUID, Path()]


@ratings.get("", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_ratings(
    caller: PeopleReader,
    session: ReadSession,
    paging: Pages,
    now: Now,
    person_id: Reference | None = None,
    skill_id: Reference | None = None,
    source: Source | None = None,
    assessor_id: Reference | None = None,
    cycle_id: Reference | None = None,
    ids: Ids = None,
    updated_since: Annotated[
        Instant | None, Query(description="Recorded, or followed by another entry of the ledger, since then.")
    ] = None,
) -> Page[RatingRead]:
    """List ratings in the order they were recorded, revoked and disputed ones too.

    Clients see those of everybody, a signed-in user their own and those of people who report to them. What
    single peers said is listed only to whoever sent it and to the peer, by whichever filter: see
    `GET /v1/people/{id}/skills` for what they say together.
    """
    wanted = RatingFilter(
        person_id=(await PersonService(session).readable(person_id, caller)).id if person_id else None,
        skill_id=await References(session, "skill").demand(skill_id, "query/skill_id") if skill_id else None,
        source=source,
        assessor_id=await References(session, "person").demand(assessor_id, "query/assessor_id")
        if assessor_id
        else None,
        cycle_id=await References(session, "assessment cycle").demand(cycle_id, "query/cycle_id") if cycle_id else None,
        ids=await References(session, "rating").chosen(ids),
        updated_since=updated_since,
        author=caller.person_id,
        sender=name_of(caller),
        seen_by=seen_by(caller),
    )
    rows, cursor = await RatingRepository(session).list_page(paging, wanted)
    return Page(data=await RatingReader(session, caller, now).read_many(rows), next_cursor=cursor)


@ratings.post(
    "",
    status_code=201,
    response_model=RatingRead | RatingResults,
    responses={
        200: {"model": RatingResults, "description": "The results of an array, item by item"},
        **problems(BadRequest, Forbidden, CycleNotOpen, SwitchedOff, LevelOutsideScale, Unprocessable),
    },
)
async def record_ratings(
    body: RatingsBody, caller: RatingsWriter, session: WriteSession, now: Now, response: Response
) -> RatingRead | RatingResults:
    """Record a rating, or an array of at most 500 with one result per item: a bad item spoils only itself.

    The ledger is append-only: nothing is overwritten. The person's level follows in the same transaction.
    """
    if isinstance(body, list):
        response.status_code = 200
        return await record_batch(session, body, caller, now)
    rating = await RatingService(session, caller, now).record(body)
    response.headers["Location"] = f"/v1/ratings/{rating.id}"
    return rating


@ratings.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_rating(id: RatingId, caller: PeopleReader, session: ReadSession, now: Now) -> RatingRead:
    """One rating. A peer's is shown only to whoever sent it."""
    return await RatingReader(session, caller, now).get(id)


@ratings.post("/{id}/revoke", responses=problems(BadRequest, Forbidden, NotFound, IllegalEntry, Unprocessable))
async def revoke_rating(
    id: RatingId, caller: RatingsWriter, session: WriteSession, now: Now, body: RatingAction | None = None
) -> RatingRead:
    """Take a rating back by a compensating entry. What it had replaced counts again."""
    return await RatingService(session, caller, now).revoke(id, body or RatingAction())


@ratings.post("/{id}/dispute", responses=problems(BadRequest, Forbidden, NotFound, IllegalEntry, Unprocessable))
async def dispute_rating(
    id: RatingId, caller: RatingsWriter, session: WriteSession, now: Now, body: RatingAction | None = None
) -> RatingRead:
    """The person who was rated says that it is wrong. It stops counting until somebody answers."""
    return await RatingService(session, caller, now).dispute(id, body or RatingAction())


@ratings.post("/{id}/answer", responses=problems(BadRequest, Forbidden, NotFound, IllegalEntry, Unprocessable))
async def answer_dispute(
    id: RatingId, body: DisputeAnswer, caller: RatingsWriter, session: WriteSession, now: Now
) -> RatingRead:
    """End a dispute: `upheld` withdraws the rating, `dismissed` makes it count again. Never the person themselves."""
    return await RatingService(session, caller, now).answer(id, body)


@internal.put("/{source}/{external_id}")
async def put_evidence(
    external: ExternalIdPath, body: Evidence, caller: InternalCaller, session: WriteSession, now: Now
) -> EvidenceReceipt:
    """What was learned, as learning ratings; the same record again changes nothing."""
    return await EvidenceService(session, caller, now).put(external, body)


@internal.delete("/{source}/{external_id}", status_code=204)
async def revoke_evidence(external: ExternalIdPath, caller: InternalCaller, session: WriteSession, now: Now) -> None:
    """Take the record's ratings back by compensating entries; unknown or revoked evidence is fine."""
    await EvidenceService(session, caller, now).revoke(external)


routers = (ratings, internal)
