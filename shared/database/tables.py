"""What table classes are built from. Table classes are never request or response bodies."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.clock import utc_now
from shared.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_registry() -> registry:
    """A registry and MetaData of a service's own: SQLModel's default is one for the whole process."""
    return registry(metadata=MetaData(naming_convention=NAMING))


class Versioned(SQLModel):
    """Columns of a resource: identity, the revision behind its ETag, its times, and its tombstone."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    revision: int = Field(default=1, nullable=False)
    created_at: datetime = Field(default_factory=utc_now, nullable=False)
    updated_at: datetime = Field(default_factory=utc_now, nullable=False, index=True)
    deleted_at: datetime | None = Field(default=None)


class Table(SQLModel):
    """Marks a class as part of a service; `services/<name>/tables.py` derives that service's base from it."""

    metadata: ClassVar[Any]
