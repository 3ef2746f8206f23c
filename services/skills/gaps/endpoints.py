"""HTTP endpoints of one person's gaps, also in the form that neighbouring services read."""

from typing import Annotated

from fastapi import Query

from services.skills.access import PeopleReader
from services.skills.gaps.schemas import PersonGaps
from services.skills.gaps.service import GapService
from services.skills.people.service import PersonService
from shared.clock import Now
from shared.contracts.skills.messages import GapList
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.identity.access import InternalCaller
from shared.languages import Languages
from shared.pagination import Pages, slice_page
from shared.references import IdPath, Reference
from shared.schemas import Day, Instant

HorizonQuery = Annotated[
    str,
    Query(
        description="`now`, `short` (365 days), `long` (everything) or a date: the last day whose requirements count.",
        max_length=20,
        examples=["short"],
    ),
]
AsOf = Annotated[
    Instant | Day | None,
    Query(
        description="A past moment, or a day (its end): ledger, role, requirements and policy as they were then.",
        examples=["2026-06-30"],
    ),
]

people = Router(prefix="/v1/people", tags=["Gaps"])
internal = Router(prefix="/internal/people", include_in_schema=False)


@people.get("/{id}/gaps", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_person_gaps(
    id: IdPath,
    caller: PeopleReader,
    session: ReadSession,
    now: Now,
    languages: Languages,
    paging: Pages,
    role_id: Annotated[
        Reference | None, Query(description="The role to compare with; default: the current one.")
    ] = None,
    horizon: HorizonQuery = "short",
    as_of: AsOf = None,
) -> PersonGaps:
    """What is missing between a person and a role, the largest weighted gap first.

    Every gap is called upskilling (the current role needs the skill) or reskilling (only the other role does),
    and says why. `readiness` = Σ importance·min(level, target) / Σ importance·target over the whole list, where
    a skill that nobody has rated, or only the person themselves, counts 0.
    """
    person = await PersonService(session).readable(id, caller)
    gaps = await GapService(session, languages, now).of_person(person, role_id, horizon, as_of)
    page = slice_page(gaps.data, paging)
    return gaps.model_copy(update={"data": page.data, "next_cursor": page.next_cursor})


@internal.get("/{id}/gaps")
async def list_gaps_for_neighbours(
    id: IdPath,
    caller: InternalCaller,
    session: ReadSession,
    now: Now,
    languages: Languages,
    role_id: Reference | None = None,
    horizon: HorizonQuery = "short",
) -> GapList:
    """All gaps of a person against a role, for neighbouring services."""
    person = await PersonService(session).readable(id, caller)
    return await GapService(session, languages, now).list_for_neighbours(person, role_id, horizon)


routers = (people, internal)
