"""Tables of the integrations and their keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, LargeBinary, String
from sqlmodel import Field

from gateway.tables import GatewayTable
from shared.clock import utc_now
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class Client(GatewayTable, Versioned, table=True):
    """An integration. Revoking it sets `deleted_at`; its row stays, for those who ask what it did."""

    __tablename__ = "clients"

    title: str = Field(sa_type=String(300))
    scopes: list[str] = Field(sa_column=Column(JsonDocument, nullable=False))
    requests_per_minute: int | None = None
    expires_at: datetime | None = None


class ApiKey(GatewayTable, table=True):
    """A key of a client. The secret itself is nowhere: `digest` is its HMAC."""

    __tablename__ = "api_keys"

    id: str = Field(primary_key=True, sa_type=String(32))
    client_id: UUID = Field(foreign_key="clients.id", index=True)
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(default_factory=utc_now, nullable=False)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
