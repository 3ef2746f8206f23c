"""What the gateway's policies tell one another about a request, as typed reads of the ASGI scope."""

from starlette.types import Scope

from gateway.proxy.headers import Header
from gateway.routing.table import Route
from shared.identity.authentication import PRINCIPAL
from shared.identity.principal import Principal

_ROUTE = "upskill.route"
_ANSWER_HEADERS = "upskill.answer_headers"


def set_route(scope: Scope, route: Route) -> None:
    scope[_ROUTE] = route


def route_of(scope: Scope) -> Route:
    """The row of the route table that covers this request; everything behind the router can rely on it."""
    route: Route = scope[_ROUTE]
    return route


def set_principal(scope: Scope, principal: Principal) -> None:
    scope[PRINCIPAL] = principal


def principal_of(scope: Scope) -> Principal | None:
    """Who calls; None on public routes."""
    return scope.get(PRINCIPAL)


def answer_headers(scope: Scope) -> list[Header]:
    """Headers that policies add to the answer, whoever writes it."""
    headers: list[Header] = scope.setdefault(_ANSWER_HEADERS, [])
    return headers
