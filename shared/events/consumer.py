"""A consumer: pulls facts, and moves its cursor in the transaction of its effect. Effects happen exactly once.

A handler does its remote calls first and returns the effect; the effect and the cursor are then one
transaction. A kill in between repeats the remote call, which therefore must be idempotent. A fact that
keeps failing is parked: it and later facts of the same subject wait visibly, the stream goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import httpx
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's too
from sqlalchemy.exc import InterfaceError, OperationalError

from shared.clock import utc_now
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.errors import Problem, Unavailable
from shared.events.facts import Event
from shared.events.feed import Feed
from shared.observability.logging import get_logger

BATCH = 100
WAIT_SECONDS = 1.0
ATTEMPTS = 5
LONGEST_PAUSE_SECONDS = 30.0
RETRY_PARKED_SECONDS = 300.0

Effect = Callable[[UnitOfWork], Awaitable[None]]
Handler = Callable[[Event], Awaitable[Effect | None]]
log = get_logger(__name__)


class Consumer:
    """Reads one feed for one purpose. `handlers` maps event types to what is done with them."""

    def __init__(self, name: str, database: Database, feed: Feed, handlers: dict[str, Handler]) -> None:
        self.name = name
        self.database = database
        self.feed = feed
        self.handlers = handlers
        self._passed = 0
        """Up to here there is nothing for this consumer. Forgotten with the process: looking again costs little,
        while a transaction for every fact that concerns others would cost each writer dearly."""

    async def run(self) -> None:
        """Work until cancelled; a neighbour that is away is waited for, and what is parked is tried now and then."""
        pause, retried_at = 0.1, asyncio.get_running_loop().time()
        while True:
            try:
                await self.work(wait=WAIT_SECONDS)
                pause = 0.1
                if asyncio.get_running_loop().time() - retried_at > RETRY_PARKED_SECONDS:
                    await self.retry_parked()
                    retried_at = asyncio.get_running_loop().time()
            except (httpx.HTTPError, Unavailable, OSError) as error:
                log.warning("consumer.waiting", consumer=self.name, error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            except Exception:
                log.exception("consumer.failed", consumer=self.name)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def work(self, wait: float = 0) -> int:
        """Handle one batch. Returns how many facts were taken."""
        if not self._passed:
            self._passed = await self.cursor()
        events = await self.feed.pull(self._passed, BATCH, wait)
        for event in events:
            if event.type in self.handlers:
                await self.take(event)
            self._passed = event.seq
        return len(events)

    async def take(self, event: Event) -> None:
        """Handle one fact, or park it. Raises when a neighbour is away: the fact is then tried again."""
        if await self._is_blocked(event):
            await self._park(event, "an earlier fact of this subject is parked")
            return
        try:
            effect = await self._handle(event)
            async with self.database.writing() as session:
                if await self._move(session, event.seq) and effect is not None:
                    await effect(session)
        except (httpx.TransportError, Unavailable, OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("consumer.parked", consumer=self.name, event_id=str(event.id), type=event.type)
            await self._park(event, f"{type(error).__name__}: {error}")

    async def retry_parked(self) -> int:
        """Handle the parked facts again, in order. Returns how many are still parked."""
        parked = self.database.kernel.parked
        async with self.database.reading() as session:
            rows = await session.execute(
                select(parked.c.event).where(parked.c.consumer == self.name).order_by(parked.c.seq)
            )
            events = [Event.model_validate(document) for document in rows.scalars()]
        still: set[str] = set()
        for event in events:
            if event.subject in still:
                continue
            try:
                effect = await self._handle(event)
                async with self.database.writing() as session:
                    if effect is not None:
                        await effect(session)
                    await session.execute(
                        delete(parked).where(parked.c.consumer == self.name, parked.c.seq == event.seq)
                    )
            except Exception:
                log.exception("consumer.still_parked", consumer=self.name, event_id=str(event.id))
                still.add(event.subject)
        return await self.count_parked()

    async def cursor(self) -> int:
        """The place up to which this consumer has worked."""
        cursors = self.database.kernel.cursors
        async with self.database.reading() as session:
            found = await session.execute(select(cursors.c.seq).where(cursors.c.consumer == self.name))
            return found.scalar_one_or_none() or 0

    async def count_parked(self) -> int:
        parked = self.database.kernel.parked
        async with self.database.reading() as session:
            found = await session.execute(
                select(func.count()).select_from(parked).where(parked.c.consumer == self.name)
            )
            return int(found.scalar_one())

    async def _handle(self, event: Event) -> Effect | None:
        handler = self.handlers.get(event.type)
        if handler is None:
            return None
        for attempt in range(1, ATTEMPTS):
            try:
                return await handler(event)
            except Problem as problem:
                if problem.status < 500 or isinstance(problem, Unavailable):
                    raise
                await asyncio.sleep(0.05 * 2**attempt)
        return await handler(event)

    async def _is_blocked(self, event: Event) -> bool:
        parked = self.database.kernel.parked
        async with self.database.reading() as session:
            found = await session.execute(
                select(parked.c.seq)
                .where(
                    parked.c.consumer == self.name,
                    parked.c.subject == event.subject,
                    parked.c.seq < event.seq,
                )
                .limit(1)
            )
            return found.scalar_one_or_none() is not None

    async def _park(self, event: Event, error: str) -> None:
        async with self.database.writing() as session:
            if not await self._move(session, event.seq):
                return
            await session.execute(
                insert(self.database.kernel.parked).values(
                    consumer=self.name,
                    seq=event.seq,
                    subject=event.subject,
                    event=event.model_dump(mode="json"),
                    error=error[:2000],
                    parked_at=utc_now(),
                )
            )

    async def _move(self, session: UnitOfWork, seq: int) -> bool:
        """Move the cursor forward, and hold it until the transaction ends: of two replicas that took the same fact
        one waits here and is then told False.
        """
        cursors = self.database.kernel.cursors
        statement = (
            insert(cursors)
            .values(consumer=self.name, seq=seq)
            .on_conflict_do_update(index_elements=["consumer"], set_={"seq": seq}, where=cursors.c.seq < seq)
            .returning(cursors.c.seq)
        )
        return (await session.execute(statement)).scalar_one_or_none() is not None


def consumers_of(state: object) -> list[Consumer]:
    """The consumers that an application runs."""
    return cast(list[Consumer], getattr(state, "consumers", []))
