"""Finds a request's route by how its address begins, instead of asking a hundred routes one after the other."""

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

Beginning = tuple[str, str, int]


class Dispatch:
    """In front of a service's router, which still answers what no route of this index does (404, 405, redirects).

    An address that some route names as it is (`/v1/skills/search`) is no id for the routes with a parameter there.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router: ASGIApp = router
        self._routes = _index(router.routes)
        self._named = _named(router.routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["router"] = self._router
            if scope["method"] not in self._named.get(scope["path"], {scope["method"]}):
                raise HTTPException(status_code=405)
            for route in self._routes.get(_beginning(scope["method"], scope["path"]), ()):
                match, found = route.matches(scope)
                if match == Match.FULL:
                    scope.update(found)
                    await route.handle(scope, receive, send)
                    return
        await self._router(scope, receive, send)


def _index(routes: Iterable[BaseRoute]) -> dict[Beginning, list[Route]]:
    """Routes in their own order under each method; those that have a parameter early stay with the router."""
    found: dict[Beginning, list[Route]] = {}
    for route in routes:
        if isinstance(route, Route) and ":path}" not in route.path:
            for method in route.methods or ():
                beginning = _beginning(method, route.path)
                if "{" not in beginning[1]:
                    found.setdefault(beginning, []).append(route)
    return found


def _named(routes: Iterable[BaseRoute]) -> dict[str, set[str]]:
    """The methods of every address without parameters."""
    found: dict[str, set[str]] = {}
    for route in routes:
        if isinstance(route, Route) and "{" not in route.path:
            found.setdefault(route.path, set()).update(route.methods or ())
    return found


def _beginning(method: str, path: str) -> Beginning:
    """The method, the first two segments, and how many slashes there are."""
    return method, "/".join(path.split("/", 3)[:3]), path.count("/")
