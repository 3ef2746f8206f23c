"""The clockwork goes on: through full batches at once, and through failures until what is due is done."""

import asyncio

from shared.clockwork import BATCH, Clockwork
from shared.errors import Unavailable


class Work(Clockwork):
    """Answers from a list, then sets `done`."""

    seconds = 0.0

    def __init__(self, *outcomes: int | Exception) -> None:
        self.outcomes = list(outcomes)
        self.done = asyncio.Event()

    async def work(self) -> int:
        outcome = self.outcomes.pop(0)
        if not self.outcomes:
            self.done.set()
            self.outcomes = [0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def test_it_goes_on_after_failures_and_stops_when_cancelled() -> None:
    work = Work(BATCH, Unavailable("away"), ValueError("broken row"), 3, 0)
    running = asyncio.create_task(work.run())
    async with asyncio.timeout(10):
        await work.done.wait()
    running.cancel()
    assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], asyncio.CancelledError)
