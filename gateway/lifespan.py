"""The ASGI lifespan protocol over an async context manager."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from starlette.types import Receive, Send


async def answer_lifespan(running: AbstractAsyncContextManager[None], receive: Receive, send: Send) -> None:
    """Enter `running` when the server starts and leave it when the server stops. What entering raises stops
    the start: the server hears of it and whoever started the server sees it.
    """
    await receive()
    started = False
    try:
        async with running:
            started = True
            await send({"type": "lifespan.startup.complete"})
            await receive()
    except BaseException as error:
        stage = "shutdown" if started else "startup"
        await send({"type": f"lifespan.{stage}.failed", "message": str(error)})
        raise
    await send({"type": "lifespan.shutdown.complete"})


@asynccontextmanager
async def in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work` until the block is left."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
