"""What the gateway's policies tell one another about a request, as typed reads of the ASGI scope."""

from starlette.types import Scope

from gateway.identity.caller import Caller
from gateway.proxy.headers import Header
from gateway.routing.table import Route

_ROUTE = "upskill.route"
_CALLER = "upskill.caller"
_ANSWER_HEADERS = "upskill.answer_headers"


def set_route(scope: Scope, route: Route) -> None:
    scope[_ROUTE] = route


def route_of(scope: Scope) -> Route:
    """The row of the route table that covers this request; everything behind the router can rely on it."""
    route: Route = scope[_ROUTE]
    return route


def set_caller(scope: Scope, caller: Caller) -> None:
    scope[_CALLER] = caller


def caller_of(scope: Scope) -> Caller:
    """Who calls; everything behind the identification can rely on it."""
    caller: Caller = scope[_CALLER]
    return caller


def answer_headers(scope: Scope) -> list[Header]:
    """Headers that policies add to the answer, whoever writes it."""
    headers: list[Header] = scope.setdefault(_ANSWER_HEADERS, [])
    return headers
