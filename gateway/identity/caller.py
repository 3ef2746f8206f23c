"""Who calls, as the gateway knows them."""

from dataclasses import dataclass

from gateway.clients.models import Client
from shared.identity.principal import Principal

ANONYMOUS = Principal(kind="client", id="anonymous")
"""On public routes: known to be nobody in particular, and allowed nothing in particular."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal and the rate that it may call at (requests a minute; None = the installation's limit)."""

    principal: Principal
    requests_per_minute: int | None = None


def caller_of(client: Client, scopes: frozenset[str] | None = None) -> Caller:
    """A client as caller; with `scopes`, those only as far as the client still has them."""
    granted = frozenset(client.scopes)
    allowed = granted if scopes is None else granted & scopes
    return Caller(Principal(kind="client", id=str(client.id), scopes=allowed), client.requests_per_minute)
