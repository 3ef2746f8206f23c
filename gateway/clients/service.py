"""Use cases of the integrations."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.clients.models import ApiKey, Client
from gateway.clients.repository import ApiKeyRepository, ClientRepository
from gateway.clients.rules import MAX_LIVE_KEYS, PresentedKey, digest_of, has_passed, not_grantable, status_of
from gateway.clients.schemas import (
    ClientIssued,
    ClientRead,
    ClientWrite,
    KeyIssued,
    KeyRead,
    KeyWrite,
)
from shared.database.sessions import AnySession
from shared.errors import Conflict, Forbidden, NotFound, Unprocessable
from shared.identity.principal import Principal
from shared.pagination import Page, Paging


class TooManyKeys(Conflict):
    """A client has at most two keys that work."""

    code, title = "too-many-keys", "Too many keys"


class ScopeNotGrantable(Forbidden):
    """Nobody hands out a scope that they do not have themselves."""

    code, title = "scope-not-grantable", "Scope cannot be granted"


class Clients:
    """The integrations, in one session, at one moment. `pepper` is the secret half of the keys' HMAC."""

    def __init__(self, session: AnySession, pepper: bytes, now: datetime) -> None:
        self._clients = ClientRepository(session)
        self._keys = ApiKeyRepository(session)
        self._pepper = pepper
        self._now = now

    async def create(self, body: ClientWrite, by: Principal) -> ClientIssued:
        """A new client with its first key. Raises ScopeNotGrantable."""
        _check_grant(by, body.scopes)
        self._check_expiry(body.expires_at)
        client = await self._clients.add(Client(**body.model_dump(), created_at=self._now, updated_at=self._now))
        key, text = await self._issue(client.id, None)
        return ClientIssued(**vars(self._shown(client, [key])), api_key=text)

    async def read(self, client_id: UUID) -> ClientRead:
        client = await self._clients.get(client_id)
        return self._shown(client, (await self._keys.of_clients([client_id]))[client_id])

    async def list_page(
        self, paging: Paging, ids: Sequence[UUID] | None, updated_since: datetime | None
    ) -> Page[ClientRead]:
        clients, cursor = await self._clients.list_page(paging, ids=ids, updated_since=updated_since)
        keys = await self._keys.of_clients(client.id for client in clients)
        return Page(data=[self._shown(client, keys[client.id]) for client in clients], next_cursor=cursor)

    async def change(self, client_id: UUID, revision: int | None, body: ClientWrite, by: Principal) -> ClientRead:
        """Give the client this form. Raises ScopeNotGrantable also for what it has already: whoever changed a
        stronger client could act with its power.
        """
        client = await self._clients.get(client_id)
        _check_grant(by, [*client.scopes, *body.scopes])
        if body.expires_at != client.expires_at:
            self._check_expiry(body.expires_at)
        await self._clients.change(client_id, revision, **body.model_dump())
        return await self.read(client_id)

    async def revoke(self, client_id: UUID, revision: int | None) -> None:
        """Nothing that this client holds works any more, within five seconds."""
        await self._clients.bury(client_id, revision)

    async def add_key(self, client_id: UUID, body: KeyWrite, by: Principal) -> KeyIssued:
        """A second key, so that the first can be replaced. Raises TooManyKeys."""
        await self._clients.lock(client_id)
        client = await self._clients.get(client_id)
        _check_grant(by, client.scopes)
        self._check_expiry(body.expires_at)
        keys = (await self._keys.of_clients([client_id]))[client_id]
        if sum(self._is_live(key) for key in keys) >= MAX_LIVE_KEYS:
            raise TooManyKeys(f"This client has {MAX_LIVE_KEYS} keys that work. Revoke one of them first.")
        key, text = await self._issue(client_id, body.expires_at)
        return KeyIssued(**vars(KeyRead.model_validate(key)), api_key=text)

    async def revoke_key(self, client_id: UUID, key_id: str) -> None:
        await self._clients.get(client_id)
        if not await self._keys.revoke(client_id, key_id, self._now):
            raise NotFound(f"This client has no key {key_id}.")

    async def create_first(self, scopes: Sequence[str]) -> str | None:
        """The administrator's key of a new installation; None when it has had clients before."""
        if not await self._clients.is_empty():
            return None
        client = await self._clients.add(Client(title="First administrator", scopes=list(scopes)))
        return (await self._issue(client.id, None))[1]

    async def _issue(self, client_id: UUID, expires_at: datetime | None) -> tuple[ApiKey, str]:
        presented = PresentedKey(secrets.token_hex(6), secrets.token_urlsafe(32))
        key = ApiKey(
            id=presented.id,
            client_id=client_id,
            digest=digest_of(presented.secret, self._pepper),
            created_at=self._now,
            expires_at=expires_at,
        )
        return await self._keys.add(key), presented.text()

    def _is_live(self, key: ApiKey) -> bool:
        return key.revoked_at is None and not has_passed(key.expires_at, self._now)

    def _check_expiry(self, expires_at: datetime | None) -> None:
        if has_passed(expires_at, self._now):
            raise Unprocessable("This is in the past.", pointer="/expires_at")

    def _shown(self, client: Client, keys: Sequence[ApiKey]) -> ClientRead:
        values: dict[str, Any] = client.model_dump(exclude={"deleted_at"})
        return ClientRead(
            **values,
            status=status_of(client.deleted_at, client.expires_at, self._now),
            keys=[KeyRead.model_validate(key) for key in keys],
            deleted=client.deleted_at is not None,
        )


def _check_grant(by: Principal, scopes: Sequence[str]) -> None:
    if missing := not_grantable(by, scopes):
        raise ScopeNotGrantable(f"You do not have {', '.join(missing)} yourself.")
