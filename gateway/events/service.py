"""Reads the services' logs side by side as one feed."""

import asyncio

from gateway.events.rules import Position, may_read, merge, published, write_cursor
from gateway.events.schemas import EventPage, PublicEvent
from gateway.inside import Inside
from shared.errors import Unavailable
from shared.events.facts import Event
from shared.events.feed import EventBatch
from shared.identity.principal import Principal
from shared.observability.logging import get_logger
from shared.settings import SERVICES, ServiceName

POLL_SECONDS = 0.25
ROUNDS = 20
"""Batches read for one answer at most: who asks for rare events gets an empty page and goes on from its cursor."""
GATEWAY = Principal(kind="service", id="gateway")

log = get_logger(__name__)


class EventFeed:
    """Everything that happened, as far as `reader` may know it."""

    def __init__(self, inside: Inside, reader: Principal) -> None:
        self._inside = inside
        self._reader = reader

    async def read(self, after: Position, limit: int, types: frozenset[str], wait: float) -> EventPage:
        """Events after a place, of these types (none = all). With none there, waits up to `wait` seconds for one.

        Raises Unavailable when no service answers; one that is away alone is read later, nothing is lost.
        """
        deadline = asyncio.get_running_loop().time() + wait
        while True:
            page = await self._read_now(after, limit, types)
            if page.data or asyncio.get_running_loop().time() >= deadline:
                return page
            await asyncio.sleep(POLL_SECONDS)

    async def _read_now(self, after: Position, limit: int, types: frozenset[str]) -> EventPage:
        found: list[PublicEvent] = []
        stands = after
        for _ in range(ROUNDS):
            batches = await self._pull(stands, limit)
            if not any(batches.values()):
                break
            for event, reached in merge(batches, stands):
                stands = reached
                if (not types or event.type in types) and may_read(self._reader, event.type):
                    found.append(show(event, stands))
                if len(found) == limit:
                    return EventPage(data=found, next_cursor=write_cursor(stands))
        return EventPage(data=found, next_cursor=write_cursor(stands))

    async def _pull(self, after: Position, limit: int) -> dict[ServiceName, list[Event]]:
        pulled = await asyncio.gather(*(self._pull_one(service, after[service], limit) for service in SERVICES))
        if all(batch is None for batch in pulled):
            raise Unavailable("No service answers at the moment.")
        return {service: batch or [] for service, batch in zip(SERVICES, pulled, strict=True)}

    async def _pull_one(self, service: ServiceName, after: int, limit: int) -> list[Event] | None:
        query = {"after": str(after), "limit": str(limit)}
        try:
            answer = await self._inside.get(service, "/internal/events", GATEWAY, query)
        except Unavailable:
            return None
        if not answer.is_success:
            log.warning("feed.missing", service=service, status=answer.status_code)
            return None
        return EventBatch.model_validate_json(answer.content).data


def show(event: Event, stands: Position) -> PublicEvent:
    """An event of a service's log as the outside sees it."""
    return PublicEvent(
        id=event.id,
        source=f"urn:upskill:{event.type.partition('.')[0]}",
        type=event.type,
        subject=event.subject,
        time=event.occurred_at,
        data=published(event),
        cursor=write_cursor(stands),
    )
