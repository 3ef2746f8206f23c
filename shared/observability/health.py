"""Liveness asks nothing of others; readiness asks the database and shows parked events."""

from fastapi import APIRouter, Request, Response

from shared.database.engines import Database
from shared.events.consumer import consumers_of
from shared.schemas import ResponseBody

router = APIRouter(include_in_schema=False)


class Readiness(ResponseBody):
    """Whether this part can work, and what waits for somebody's attention."""

    status: str
    parked_events: int = 0


@router.get("/healthz")
async def is_alive() -> dict[str, str]:
    """The process answers. Never touches the database."""
    return {"status": "ok"}


@router.get("/readyz")
async def is_ready(request: Request, response: Response) -> Readiness:
    """503 while the database does not answer or the part is stopping."""
    database: Database = request.app.state.database
    try:
        await database.ping()
        parked = sum([await consumer.count_parked() for consumer in consumers_of(request.app.state)])
    except Exception:  # whatever the driver raises, the answer is the same
        response.status_code = 503
        return Readiness(status="unavailable")
    if request.app.state.stopping:
        response.status_code = 503
        return Readiness(status="stopping", parked_events=parked)
    return Readiness(status="ok", parked_events=parked)
