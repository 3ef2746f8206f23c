"""The moment that a question about the past names."""

from datetime import UTC, datetime, time
from typing import Annotated

from fastapi import Depends, Query

from shared.clock import Now
from shared.errors import Unprocessable
from shared.schemas import Day, Instant


async def _moment(
    now: Now,
    as_of: Annotated[
        Instant | Day | None,
        Query(description="A past moment, or a day (its end): what the ledger had then.", examples=["2026-06-30"]),
    ] = None,
) -> datetime | None:
    if as_of is None:
        return None
    moment = as_of if isinstance(as_of, datetime) else datetime.combine(as_of, time.max, UTC)
    if moment > now and not (not isinstance(as_of, datetime) and as_of == now.date()):
        raise Unprocessable("Nobody knows the time to come.", pointer="query/as_of")
    return min(moment, now)


AsOf = Annotated[datetime | None, Depends(_moment)]
"""A moment of the past, or None: now. Raises Unprocessable for one to come."""
