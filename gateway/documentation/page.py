"""The documentation page: Swagger UI, its scripts and styles served from here, nothing from anywhere else."""

from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from shared.frame import matches

STATIC = Path(__file__).parent / "static"
SWAGGER_UI_VERSION = "5.35.0"

# Scripts and styles from here only, no request to anywhere else, never inside somebody else's frame. Swagger
# UI draws its icons from data: addresses and writes a few style attributes.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Assets(StaticFiles):
    """The page's files, kept by browsers for a day."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update({**_HEADERS, "Cache-Control": "public, max-age=86400"})
        return response


async def show_page(request: Request) -> Response:
    """The page itself, or 304 when the browser has it."""
    path = STATIC / "index.html"
    page = FileResponse(path, headers={**_HEADERS, "Cache-Control": "no-cache"}, stat_result=path.stat())
    known = request.headers.get("if-none-match")
    if known is not None and matches(known, page.headers["etag"]):
        return NotModifiedResponse(page.headers)
    return page


def page_routes() -> list[BaseRoute]:
    """`/docs` and the files it needs."""
    return [
        Route("/docs", show_page),
        Mount("/docs/assets", GZipMiddleware(Assets(directory=STATIC), compresslevel=5)),
    ]
