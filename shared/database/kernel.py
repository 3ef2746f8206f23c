"""The tables that every service has for the kernel's own sake, in that service's database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime


class WrittenJson(str):
    """A JSON document that is text already."""


class JsonDocument(TypeDecorator[Any]):
    """A JSON value: JSONB on PostgreSQL, text on SQLite. A `WrittenJson` is stored as it is."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        write: Any = super().bind_processor(dialect)
        return lambda value: str(value) if isinstance(value, WrittenJson) else write(value)


@dataclass(frozen=True)
class KernelTables:
    """Handles to the kernel's tables inside one service's metadata."""

    outbox: Table
    cursors: Table
    parked: Table
    replays: Table
    references: Table

    @classmethod
    def of(cls, metadata: MetaData) -> Self:
        """The kernel's tables of this metadata; defines them there the first time."""
        if "outbox" not in metadata.tables:
            _define(metadata)
        return cls(
            *(
                metadata.tables[name]
                for name in ("outbox", "consumer_cursors", "parked_events", "replays", "external_ids")
            )
        )


def _define(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("seq", BigInteger, unique=True),
        Column("type", String(120), nullable=False),
        Column("subject", String(120), nullable=False),
        Column("occurred_at", UTCDateTime(), nullable=False),
        Column("data", JsonDocument, nullable=False),
    )
    Table(
        "consumer_cursors",
        metadata,
        Column("consumer", String(80), primary_key=True),
        Column("seq", BigInteger, nullable=False),
    )
    Table(
        "parked_events",
        metadata,
        Column("consumer", String(80), primary_key=True),
        Column("seq", BigInteger, primary_key=True),
        Column("subject", String(120), nullable=False),
        Column("event", JsonDocument, nullable=False),
        Column("error", Text, nullable=False),
        Column("parked_at", UTCDateTime(), nullable=False),
    )
    Table(
        "replays",
        metadata,
        Column("caller", String(200), primary_key=True),
        Column("key", String(255), primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("status", Integer, nullable=False),
        Column("headers", JsonDocument, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("stored_at", UTCDateTime(), nullable=False, index=True),
    )
    references = Table(
        "external_ids",
        metadata,
        Column("kind", String(40), primary_key=True),
        Column("source", String(64), primary_key=True),
        Column("external_id", String(200), primary_key=True),
        Column("resource_id", Uuid, nullable=False),
    )
    Index(None, references.c.kind, references.c.resource_id)
