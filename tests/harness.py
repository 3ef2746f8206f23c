"""Runs one service for a test, and calls it as somebody: a client, an administrator, a leader, an employee."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import event

from shared.clients.transports import EmbeddedTransports, Transports
from shared.database.engines import Database
from shared.identity.keys import Keyring
from shared.identity.principal import Principal
from shared.identity.scopes import ALL_SCOPES
from shared.identity.tokens import TokenSigner
from shared.settings import ServiceName, Settings

KEYRING = Keyring.generate()
CreateApp = Callable[[Settings, Keyring, Transports], FastAPI]


class SettingsForTests(Settings):
    """Settings whose databases are the test's own."""

    urls: dict[str, str]

    def database_for(self, owner: str) -> str:
        return self.urls[owner]


ADMIN = Principal("client", "administrator", frozenset(ALL_SCOPES))
NEIGHBOUR = Principal("service", "enrollment")


def client_with(*scopes: str) -> Principal:
    """An integration client with these scopes only."""
    return Principal("client", f"client-{'-'.join(scopes) or 'none'}", frozenset(scopes))


def user(person_id: UUID) -> Principal:
    """Somebody who is signed in to a portal."""
    return Principal("user", f"user-{person_id}", frozenset(), person_id)


@dataclass
class Running:
    """A service that runs; `call` sends one request as somebody."""

    name: ServiceName
    app: FastAPI
    http: httpx.AsyncClient
    signers: dict[str, TokenSigner] = field(
        default_factory=lambda: {name: TokenSigner(name, KEYRING) for name in ("gateway", "enrollment", "programs")}
    )

    async def call(
        self, method: str, path: str, json: Any = None, *, caller: Principal | None = ADMIN, **kwargs: Any
    ) -> httpx.Response:
        headers = dict(kwargs.pop("headers", {}))
        if caller is not None:
            issuer = caller.id if caller.kind == "service" else "gateway"
            headers["Authorization"] = f"Bearer {self.signers[issuer].token(caller, self.name)}"
        if json is not None:
            kwargs["json"] = json
        return await self.http.request(method, path, headers=headers, **kwargs)

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.call("GET", path, **kwargs)

    async def post(self, path: str, json: Any = None, **kwargs: Any) -> httpx.Response:
        return await self.call("POST", path, json, **kwargs)

    async def put(self, path: str, json: Any = None, **kwargs: Any) -> httpx.Response:
        return await self.call("PUT", path, json, **kwargs)

    async def patch(self, path: str, json: Any = None, **kwargs: Any) -> httpx.Response:
        return await self.call("PATCH", path, json, **kwargs)

    async def delete(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.call("DELETE", path, **kwargs)


@asynccontextmanager
async def running(
    name: ServiceName, create_app: CreateApp, url: str, transports: Transports | None = None
) -> AsyncIterator[Running]:
    """Start a service on this database, its lifespan entered, and stop it afterwards."""
    settings = SettingsForTests(urls={name: url}, log_level="error")
    app = create_app(settings, KEYRING, transports or EmbeddedTransports({}))
    _wait_for_no_disk(app.state.database)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{name}") as http:
            yield Running(name, app, http)


def _wait_for_no_disk(database: Database) -> None:
    """What is lost when the machine dies is a test's data: commits need not reach the disk."""
    if database.is_sqlite:

        def relax(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")

        event.listen(database.writer.sync_engine, "connect", relax)
