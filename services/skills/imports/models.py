"""Tables of imports: jobs, the bytes they work on, their plan, and what they found wrong."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class ImportJob(SkillsTable, Versioned, table=True):
    """One import. `counts` maps a kind of record to how many were created, updated, unchanged and retired."""

    __tablename__ = "import_jobs"
    __table_args__ = (Index(None, "status", "lease_until"),)

    format: str
    status: str
    dry_run: bool
    progress: int = 0
    options: dict[str, Any] = Field(sa_column=Column(JsonDocument, nullable=False))
    counts: dict[str, dict[str, int]] = Field(default_factory=dict, sa_column=Column(JsonDocument, nullable=False))
    rejected: int = 0
    warnings: int = 0
    ignored: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JsonDocument, nullable=False))
    problem: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonDocument))
    recorded_by: str
    names_assessors: bool = False
    """Whether the sender may name who acted (the scope `act`)."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = None


class ImportFile(SkillsTable, table=True):
    """An uploaded file, kept until its job is finished."""

    __tablename__ = "import_files"

    job_id: UUID = Field(primary_key=True, foreign_key="import_jobs.id")
    position: int = Field(primary_key=True)
    name: str
    size: int
    content: bytes | None = Field(sa_column=Column(LargeBinary))


class ImportFinding(SkillsTable, table=True):
    """Something wrong with one row of a file."""

    __tablename__ = "import_findings"

    job_id: UUID = Field(primary_key=True, foreign_key="import_jobs.id")
    number: int = Field(primary_key=True)
    severity: str
    file: str
    row: int | None = None
    code: str
    detail: str


class ImportChange(SkillsTable, table=True):
    """One line of a dry run's plan."""

    __tablename__ = "import_changes"

    job_id: UUID = Field(primary_key=True, foreign_key="import_jobs.id")
    number: int = Field(primary_key=True)
    action: str
    kind: str
    key: str
    title: str
    fields: list[str] = Field(sa_column=Column(JsonDocument, nullable=False))
