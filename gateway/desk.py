"""The gateway's own features as one more service: clients, tokens, the composed reads.

It is reached like the others, behind the same policies and with the same internal token, and has a
database of its own.
"""

from fastapi import FastAPI

from gateway.clients import endpoints as clients
from gateway.clients.directory import ClientDirectory
from gateway.events import endpoints as events
from gateway.inside import Inside
from gateway.journey import endpoints as journey
from gateway.me import endpoints as me
from gateway.oauth import endpoints as oauth
from gateway.oauth.errors import OAuthError, on_oauth_error
from gateway.oauth.tokens import AccessTokens
from gateway.tables import GatewayTable
from shared.app import Service, create_service
from shared.identity.keys import API_TOKENS, Keyring
from shared.settings import Settings

SERVICE = Service(
    name="gateway",
    title="Upskill gateway",
    description="Who calls, and what concerns all three services at once.",
    metadata=GatewayTable.metadata,
    routers=(me.router, clients.clients, clients.secrets, oauth.router, journey.router, events.router),
    tags=(
        {"name": "Clients", "description": "Integrations, their API keys, and who the caller is."},
        {"name": "OAuth", "description": "Access tokens by client credentials, and discovery."},
        {"name": "Events", "description": "Everything that happened, as a feed that can be replayed."},
        {"name": "Operations", "description": "Liveness, readiness, metrics."},
    ),
)


def create_desk(settings: Settings, keyring: Keyring, inside: Inside) -> FastAPI:
    """The app of the gateway's own features."""
    desk = create_service(SERVICE, settings, keyring)
    desk.state.inside = inside
    desk.add_exception_handler(OAuthError, on_oauth_error)
    desk.state.access_tokens = AccessTokens(keyring, settings.public_base)
    desk.state.directory = ClientDirectory(desk.state.database, keyring.secret(API_TOKENS), desk.state.clock)
    return desk
