"""Pure ASGI middleware: finds the route of a request, or answers 404."""

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.routing.table import RouteTable
from gateway.scope import set_route
from shared.errors import REQUEST_ID, NotFound


class FindRoute:
    """Everything behind this middleware knows its route; what no route covers ends here."""

    def __init__(self, app: ASGIApp, table: RouteTable) -> None:
        self._app = app
        self._table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._table.find(scope["path"])
        if route is None:
            problem = NotFound("Nothing is served under this path. See /docs for what is.")
            await problem.response(scope.get(REQUEST_ID))(scope, receive, send)
            return
        set_route(scope, route)
        await self._app(scope, receive, send)
