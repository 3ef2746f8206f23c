"""Answers whose credentials those are that a caller shows: reads, one short one at a time."""

from uuid import UUID

from gateway.clients.models import ApiKey, Client
from gateway.clients.repository import ApiKeyRepository, ClientRepository
from gateway.clients.rules import has_passed, is_secret, read_key
from shared.clock import Clock
from shared.database.engines import Database


class ClientDirectory:
    """Finds live clients. `pepper` is the secret half of the keys' HMAC."""

    def __init__(self, database: Database, pepper: bytes, clock: Clock) -> None:
        self._database = database
        self._pepper = pepper
        self._clock = clock

    async def find_by_key(self, text: str) -> Client | None:
        """The client whose working API key this is, or None."""
        if (presented := read_key(text)) is None:
            return None
        async with self._database.reading() as session:
            found = await ApiKeyRepository(session).find_with_client(presented.id)
        if found is None or not is_secret(presented.secret, found[0].digest, self._pepper):
            return None
        key, client = found
        return client if self._is_live(key) and self._is_active(client) else None

    async def find_active(self, client_id: UUID) -> Client | None:
        """The client with this id, unless it is revoked or expired."""
        async with self._database.reading() as session:
            client = await ClientRepository(session).find(client_id)
        return client if client is not None and self._is_active(client) else None

    def _is_live(self, key: ApiKey) -> bool:
        return key.revoked_at is None and not has_passed(key.expires_at, self._clock())

    def _is_active(self, client: Client) -> bool:
        return client.deleted_at is None and not has_passed(client.expires_at, self._clock())
