"""What is open to everybody: liveness, readiness, metrics, the OpenAPI document and its page."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp

from gateway.documentation.catalogue import Catalogue
from gateway.documentation.page import page_routes
from gateway.operations import readiness
from gateway.operations.readiness import NotReady, Parts
from shared.errors import Problem, problems
from shared.frame import matches
from shared.observability import metrics
from shared.problem_handlers import on_problem

router = APIRouter(tags=["Operations"])
_OPEN: dict[str, Any] = {"security": []}


@router.get("/healthz", openapi_extra=_OPEN)
async def check_liveness(response: Response) -> dict[str, str]:
    """Whether the gateway's process answers. Asks nothing of anybody else."""
    response.headers["Cache-Control"] = "no-store"
    return {"status": "ok"}


@router.get("/readyz", openapi_extra=_OPEN, responses=problems(NotReady))
async def check_readiness(request: Request, response: Response) -> Parts:
    """Whether every part can work: the gateway and the three services, each with its database.

    503 when one cannot; the problem's `parts` say which.
    """
    response.headers["Cache-Control"] = "no-store"
    return await readiness.ask(request.app.state.parts)


@router.get(
    "/metrics",
    openapi_extra=_OPEN,
    response_class=Response,
    responses={200: {"description": "Prometheus text", "content": {"text/plain": {}}}},
)
async def read_metrics() -> Response:
    """What this process has counted, as Prometheus text."""
    answer = await metrics.read_metrics()
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get("/", include_in_schema=False)
async def go_to_documentation() -> Response:
    """People who type the address into a browser want to read."""
    return RedirectResponse("docs")


@router.get("/openapi.json", include_in_schema=False)
async def read_document(request: Request) -> Response:
    """Every operation that can be called, in one OpenAPI 3.1 document."""
    catalogue: Catalogue = request.app.state.catalogue
    headers = {"ETag": catalogue.etag, "Cache-Control": "no-cache"}
    known = request.headers.get("if-none-match")
    if known is not None and matches(known, catalogue.etag):
        return Response(status_code=304, headers=headers)
    return Response(catalogue.body, media_type="application/json", headers=headers)


def create_pages(parts: Mapping[str, ASGIApp]) -> FastAPI:
    """The app of the open pages. Its catalogue is set by whoever makes it."""
    app = FastAPI(
        title="Operations",
        generate_unique_id_function=lambda route: route.name,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.add_exception_handler(Problem, on_problem)
    app.state.parts = parts
    app.include_router(router)
    app.router.routes.extend(page_routes())
    return app
