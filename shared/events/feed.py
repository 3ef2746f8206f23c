"""Where a consumer pulls facts from: its own service's outbox, or a neighbour's over HTTP."""

import asyncio
from typing import Annotated, Protocol

import httpx
from fastapi import Query, Request

from shared.database.engines import Database
from shared.events.facts import Event
from shared.events.outbox import newest, read_after
from shared.frame import Router
from shared.identity.access import InternalCaller
from shared.schemas import Message

MAX_BATCH = 200
MAX_WAIT_SECONDS = 25.0


class EventBatch(Message):
    """A slice of a service's log, oldest first."""

    data: list[Event]


class Feed(Protocol):
    """A log that can be read from any place."""

    async def pull(self, after: int, limit: int, wait: float) -> list[Event]:
        """Facts with `seq` > `after`; when there are none, waits up to `wait` seconds for one."""
        ...


class LocalFeed:
    """The service's own log."""

    def __init__(self, database: Database, types: frozenset[str] = frozenset()) -> None:
        self.database = database
        self.types = types
        self._barren = range(0)
        """Between these numbers nothing is of the wanted types: who waits for what is rare does not look through
        everything since its last fact again and again.
        """

    async def pull(self, after: int, limit: int, wait: float) -> list[Event]:
        deadline = asyncio.get_running_loop().time() + wait
        while True:
            events = await self._look(after, limit)
            left = deadline - asyncio.get_running_loop().time()
            if events or left <= 0:
                return events
            await self.database.doorbell.wait(min(left, 1.0), self.types)

    async def _look(self, after: int, limit: int) -> list[Event]:
        async with self.database.reading() as session:
            head = await newest(session)
            first = self._barren.stop if after in self._barren else after
            events = await read_after(session, first, limit, self.types) if head > first else []
        if not events:
            self._barren = range(min(after, first), head)
        return events


class RemoteFeed:
    """A neighbour's log, over its internal endpoint."""

    def __init__(self, http: httpx.AsyncClient, types: frozenset[str] = frozenset()) -> None:
        self.http = http
        self.types = types

    async def pull(self, after: int, limit: int, wait: float) -> list[Event]:
        query: dict[str, int | float | str] = {
            "after": after,
            "limit": limit,
            "wait": wait,
            "types": ",".join(sorted(self.types)),
        }
        response = await self.http.get("/internal/events", params=query, timeout=wait + 10)
        response.raise_for_status()
        return EventBatch.model_validate_json(response.content).data


router = Router(tags=["Internal"], include_in_schema=False)


@router.get("/internal/events")
async def read_events(
    request: Request,
    caller: InternalCaller,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_BATCH)] = 100,
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS)] = 0,
    types: str = "",
) -> EventBatch:
    """The service's log from a place on. No session is held while waiting."""
    wanted = frozenset(name for name in types.split(",") if name)
    feed = LocalFeed(request.app.state.database, wanted)
    return EventBatch(data=await feed.pull(after, limit, wait))
