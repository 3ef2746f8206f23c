"""Timed work: looks for what is due, and does it. What is due stays due until it is done, so that this can be
stopped, repeated and run twice at once."""

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

from shared.errors import Unavailable
from shared.observability.logging import get_logger

BATCH = 100
log = get_logger(__name__)


class Clockwork(ABC):
    """Looks every `seconds`, and at once again after a full batch; `work` does one batch of what is due."""

    seconds: ClassVar[float] = 1.0
    batch: ClassVar[int] = BATCH

    @abstractmethod
    async def work(self) -> int:
        """Do what is due now, at most `batch` of it. Returns how much was looked at."""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                while await self.work() >= self.batch:
                    pass
            except Unavailable as error:
                log.warning("clockwork.waiting", clockwork=type(self).__name__, error=str(error))
            except Exception:  # the database may be away for a while
                log.exception("clockwork.failed", clockwork=type(self).__name__)
            await asyncio.sleep(self.seconds)
