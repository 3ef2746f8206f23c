"""A doorbell only saves waiting: losing every ring loses nothing, because listeners also look by themselves."""

import asyncio
from contextlib import suppress


class Doorbell:
    """Wakes whoever waits in this process."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after `seconds`."""
        # Not asyncio.wait_for: Python 3.11's loses a cancellation that arrives together with the ring.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
