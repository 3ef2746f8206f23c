"""A doorbell only saves waiting: losing every ring loses nothing, because listeners also look by themselves."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

UNNUMBERED = frozenset({"unnumbered"})
"""What the sequencer listens for: facts that are committed and that nobody else can see yet."""


class Doorbell:
    """Wakes those in this process who wait for facts of a type."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Event, frozenset[str]] = {}

    def ring(self, types: Collection[str] = ()) -> None:
        """Wake all who wait now for one of these types; without types everybody."""
        for rung, wanted in self._waiting.items():
            if not types or not wanted or not wanted.isdisjoint(types):
                rung.set()

    async def wait(self, seconds: float, types: frozenset[str] = frozenset()) -> None:
        """Return at the next ring for one of these types (without types: at any ring), or after `seconds`."""
        rung = asyncio.Event()
        self._waiting[rung] = types
        # Not asyncio.wait_for: Python 3.11's loses a cancellation that arrives together with the ring.
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await rung.wait()
        finally:
            del self._waiting[rung]
