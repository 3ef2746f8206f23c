"""Queries of the integrations and their keys."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from gateway.clients.models import ApiKey, Client
from shared.database.repository import Repository
from shared.database.sessions import AnySession
from shared.pagination import Paging, paginate


class ClientRepository(Repository[Client]):
    table, noun = Client, "client"

    async def list_page(
        self, paging: Paging, *, ids: Sequence[UUID] | None, updated_since: datetime | None
    ) -> tuple[Sequence[Client], str | None]:
        """Clients in order of creation; with `updated_since` also the revoked ones, for delta sync."""
        filters: list[Any] = [
            col(Client.deleted_at).is_(None) if updated_since is None else col(Client.updated_at) >= updated_since
        ]
        if ids is not None:
            filters.append(col(Client.id).in_(ids))
        return await paginate(self.session, select(Client).where(*filters), paging, col(Client.id))

    async def lock(self, client_id: UUID) -> None:
        """Make others wait who change this client or its keys, until this transaction ends. Raises NotFound."""
        await self.session.execute(select(col(Client.id)).where(col(Client.id) == client_id).with_for_update())
        await self.get(client_id)

    async def is_empty(self) -> bool:
        """Whether there has never been a client."""
        return (await self.session.execute(select(col(Client.id)).limit(1))).first() is None


class ApiKeyRepository:
    """Keys are rows of their client; they have no version of their own."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def find_with_client(self, key_id: str) -> tuple[ApiKey, Client] | None:
        """A key and whose it is, revoked and expired ones too."""
        rows = await self.session.execute(
            select(ApiKey, Client).join(Client, col(Client.id) == ApiKey.client_id).where(col(ApiKey.id) == key_id)
        )
        found = rows.one_or_none()
        return (found[0], found[1]) if found else None

    async def of_clients(self, client_ids: Iterable[UUID]) -> dict[UUID, list[ApiKey]]:
        """Every key of these clients, oldest first."""
        wanted = list(client_ids)
        keys: dict[UUID, list[ApiKey]] = {client_id: [] for client_id in wanted}
        rows = await self.session.execute(
            select(ApiKey).where(col(ApiKey.client_id).in_(wanted)).order_by(col(ApiKey.created_at), col(ApiKey.id))
        )
        for key in rows.scalars():
            keys[key.client_id].append(key)
        return keys

    async def add(self, key: ApiKey) -> ApiKey:
        self.session.add(key)
        await self.session.flush()
        return key

    async def revoke(self, client_id: UUID, key_id: str, at: datetime) -> bool:
        """Whether there was such a key; one that is revoked already stays as it is."""
        changed = await self.session.execute(
            update(ApiKey)
            .where(col(ApiKey.client_id) == client_id, col(ApiKey.id) == key_id, col(ApiKey.revoked_at).is_(None))
            .values(revoked_at=at)
            .returning(col(ApiKey.id))
        )
        return changed.first() is not None or await self._exists(client_id, key_id)

    async def _exists(self, client_id: UUID, key_id: str) -> bool:
        found = await self.session.execute(
            select(col(ApiKey.id)).where(col(ApiKey.client_id) == client_id, col(ApiKey.id) == key_id)
        )
        return found.first() is not None
