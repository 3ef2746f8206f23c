"""The replayable feed of everything that happened."""

from typing import Annotated

from fastapi import Query, Request

from gateway.access import EventReader
from gateway.events.rules import read_cursor
from gateway.events.schemas import EventPage
from gateway.events.service import EventFeed
from shared.errors import BadRequest, Unavailable, Unprocessable, problems
from shared.events.feed import MAX_WAIT_SECONDS
from shared.frame import Router
from shared.pagination import MAX_LIMIT

router = Router(prefix="/v1/events", tags=["Events"])


@router.get("", responses=problems(BadRequest, Unavailable, Unprocessable))
async def list_events(
    caller: EventReader,
    request: Request,
    after: Annotated[
        str, Query(max_length=200, description="A `cursor` or `next_cursor`; nothing or `0` = from the beginning.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Events per page.")] = 50,
    types: Annotated[
        str, Query(max_length=5000, description="Names of events, separated by commas; none = all that you may read.")
    ] = "",
    wait: Annotated[
        float, Query(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for an event when there is none.")
    ] = 0,
) -> EventPage:
    """What happened in all three services, oldest first, as CloudEvents; replayable from any place.

    A reader hears what they may read: `people:read` for people and their levels, `enrollments:read` for
    enrollments, and so on. Events of one service come in its order and exactly once per place; between services
    they are ordered by time as well as clocks allow.
    """
    try:
        place = read_cursor(after)
    except ValueError as error:
        raise BadRequest("The cursor is not one of ours.") from error
    wanted = frozenset(name for name in types.split(",") if name)
    return await EventFeed(request.app.state.inside, caller).read(place, limit, wanted, wait)
