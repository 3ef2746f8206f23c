"""Puts the gateway together: the only public address of the suite."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import httpx
from httpx_aiohttp import AiohttpTransport
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.clients.service import Clients
from gateway.desk import create_desk
from gateway.documentation.catalogue import Catalogue
from gateway.identity.authenticator import Authenticator
from gateway.identity.issuer import IssuerKeys
from gateway.identity.middleware import Identify
from gateway.identity.schemes import AdministratorKey, ApiKeys, OwnTokens, Scheme
from gateway.identity.users import UserClaims, UserTokens
from gateway.inside import Inside
from gateway.lifespan import answer_lifespan, in_background
from gateway.limits.middleware import RateLimit
from gateway.operations.pages import create_pages
from gateway.proxy.body_limit import BodyLimit
from gateway.proxy.forward import Forward
from gateway.routing.router import FindRoute
from gateway.routing.table import Owner, RouteTable
from gateway.upstreams import Upstream, Upstreams
from shared.clock import utc_now
from shared.contracts.skills.client import SkillsClient
from shared.identity.keys import API_TOKENS, Keyring
from shared.identity.scopes import ALL_SCOPES
from shared.identity.tokens import TokenSigner
from shared.observability.requests import RequestContext
from shared.settings import ConfigurationError, ServiceName, Settings

# What browsers may read of an answer, for the portals of UPSKILL_CORS_ORIGINS.
_EXPOSED = ("ETag", "Location", "Link", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id")


class Gateway:
    """An ASGI application for one server process.

    `first_key` is, after the first start of an empty installation without UPSKILL_ADMIN_KEY, the key of
    its first administrator; whoever runs the gateway shows it once. Otherwise it is None.
    """

    def __init__(self, settings: Settings, keyring: Keyring, upstreams: Mapping[ServiceName, Upstream]) -> None:
        self.settings = settings
        self.keyring = keyring
        self.first_key: str | None = None
        self.upstreams = Upstreams(upstreams)
        self.signer = TokenSigner("gateway", keyring)
        self.inside = Inside(self.upstreams, self.signer)
        self.skills = SkillsClient.connect(self.upstreams, self.signer)
        self.outside = httpx.AsyncClient(transport=AiohttpTransport())
        self.desk = create_desk(settings, keyring, self.inside)
        parts: dict[str, ASGIApp] = {**self.upstreams.apps, "gateway": self.desk}
        table = RouteTable()
        pages = create_pages(parts)
        self.catalogue = Catalogue(
            self.upstreams.apps, {"gateway": self.desk.openapi(), "pages": pages.openapi()}, table
        )
        pages.state.catalogue = self.catalogue
        owners: dict[str, ASGIApp] = {**parts, "pages": pages}
        self._front = self._policies(table, {Owner(name): app for name, app in owners.items()})

    def _policies(self, table: RouteTable, apps: Mapping[Owner, ASGIApp]) -> ASGIApp:
        """Read from the bottom up: what happens to a request, in order."""
        app: ASGIApp = Forward(apps, self.signer.token)
        app = BodyLimit(app)
        app = RateLimit(app, self.settings.requests_per_minute)
        app = Identify(app, Authenticator(self._schemes()))
        app = FindRoute(app, table)
        if self.settings.cors_origins:
            app = CORSMiddleware(
                app,
                allow_origins=self.settings.cors_origins,
                allow_methods=["*"],
                allow_headers=["*"],
                expose_headers=_EXPOSED,
            )
        return RequestContext(app, "gateway")

    def _schemes(self) -> list[Scheme]:
        """The credentials that are understood here, the cheapest to recognise first."""
        schemes: list[Scheme] = []
        if self.settings.admin_key is not None:
            schemes.append(AdministratorKey(self.settings.admin_key))
        schemes.append(ApiKeys(self.desk.state.directory))
        schemes.append(OwnTokens(self.desk.state.access_tokens, self.desk.state.directory))
        if (trusted := trusted_claims(self.settings)) is not None:
            schemes.append(UserTokens(trusted, IssuerKeys(trusted.issuer, self.outside), self._find_person))
        return schemes

    async def _find_person(self, name: str) -> UUID | None:
        person = await self.skills.find_person_signing_in(name)
        return person.id if person is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._front(scope, receive, send)
        elif scope["type"] == "lifespan":
            await answer_lifespan(self.running(), receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything that must live while requests are answered, the embedded services included."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.upstreams.running())
            for close in (self.inside.close, self.skills.http.aclose, self.outside.aclose):
                stack.push_async_callback(close)
            await stack.enter_async_context(self.desk.router.lifespan_context(self.desk))
            if self.settings.admin_key is None:
                self.first_key = await self._create_first_key()
            await self.catalogue.renew()
            if self.upstreams.are_remote:
                await stack.enter_async_context(in_background(self.catalogue.keep_renewing()))
            yield

    async def _create_first_key(self) -> str | None:
        async with self.desk.state.database.writing() as session:
            clients = Clients(session, self.keyring.secret(API_TOKENS), utc_now())
            return await clients.create_first(sorted(ALL_SCOPES))


def trusted_claims(settings: Settings) -> UserClaims | None:
    """Whose tokens users may bring; None when there is no issuer. Raises ConfigurationError without an audience:
    a token that the issuer made for another application must not open this one.
    """
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_audience is None:
        raise ConfigurationError("UPSKILL_OIDC_AUDIENCE: needed when UPSKILL_OIDC_ISSUER is set")
    return UserClaims(
        issuer=str(settings.oidc_issuer),
        audience=settings.oidc_audience,
        person=settings.oidc_person_claim,
        admin=settings.oidc_admin_claim,
    )


def create_gateway(settings: Settings, keyring: Keyring, upstreams: Mapping[ServiceName, Upstream]) -> Gateway:
    """The gateway in front of the three services.

    An upstream is either the service's app, which then runs embedded: the gateway's lifespan enters the
    app's lifespan, so whoever runs the gateway must not; or the base URL of a service that is a process of
    its own. The databases, the gateway's too (`settings.database_for("gateway")`, tables of the package
    `gateway`), must be migrated before.
    """
    return Gateway(settings, keyring, upstreams)
