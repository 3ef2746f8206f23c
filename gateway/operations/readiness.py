"""Whether all parts of the suite can work."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import Field
from starlette.types import ASGIApp

from shared.errors import Unavailable
from shared.schemas import ResponseBody

PATIENCE_SECONDS = 2.0


class Parts(ResponseBody):
    """Every part as it says itself."""

    status: str = Field(examples=["ok"])
    parts: dict[str, dict[str, Any]] = Field(examples=[{"skills": {"status": "ok", "parked_events": 0}}])


class NotReady(Unavailable):
    """A part cannot work at the moment."""

    code, title = "not-ready", "Not ready"


async def ask(parts: Mapping[str, ASGIApp]) -> Parts:
    """Ask every part at once; one that does not answer in time is `unreachable`. Raises NotReady."""
    answers = await asyncio.gather(*(_ask_one(name, app) for name, app in parts.items()))
    told = dict(zip(parts, answers, strict=True))
    waiting = [name for name, answer in told.items() if answer.get("status") != "ok"]
    if waiting:
        raise NotReady(f"Not ready: {', '.join(waiting)}.", parts=told)
    return Parts(status="ok", parts=told)


async def _ask_one(name: str, app: ASGIApp) -> dict[str, Any]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient(transport=transport) as client:
            answer = (await client.get(f"http://{name}/readyz")).json()
    except (TimeoutError, httpx.HTTPError, ValueError):
        return {"status": "unreachable"}
    return answer if isinstance(answer, dict) and "parked_events" in answer else {"status": "unreachable"}
