"""Request and response bodies of imports."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.skills.imports.columns import Columns
from shared.references import Reference
from shared.schemas import Language, Level, Resource, ResponseBody, Source, Title, Uri

FormatName = Literal["case", "esco", "onet", "people_csv", "people_ndjson", "ratings_csv", "roles_csv", "skills_csv"]
JobStatus = Literal["queued", "running", "succeeded", "failed"]
SeverityName = Literal["error", "warning"]


class ImportParameters(BaseModel):
    """What may be set beside the files. Unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    format: FormatName = Field(description="What the files are.", examples=["esco"])
    dry_run: bool = Field(
        default=False, description="Only make the plan: nothing is written, `/plan` says what would be."
    )
    filename: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None, description="Name of a raw body, when no Content-Disposition tells it.", examples=["esco.zip"]
    )
    scale_id: Reference | None = Field(default=None, description="The scale of a framework that is new.")
    framework_uri: Uri | None = Field(default=None, description="The framework that the skills belong to.")
    framework_title: Title | None = None
    framework_version: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    essential_level: Level = Field(default=3, description="ESCO: the level that an essential skill asks for.")
    optional_level: Level = Field(default=2, description="ESCO: the level that an optional skill asks for.")
    source: Source | None = Field(default=None, description="The system whose external ids the files contain.")
    language: Language = Field(default="en", description="Language of texts whose file name does not tell it.")
    columns: Columns = Field(default_factory=dict)


class Counts(ResponseBody):
    """How many records of the files became what."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0


class TotalCounts(Counts):
    """All kinds together, and the rows that were not taken."""

    rejected: int = 0


class UploadedFileRead(ResponseBody):
    name: str
    size: int = Field(description="Bytes as they were sent.")


class IgnoredColumns(ResponseBody):
    """What of a file was not looked at. No columns = the whole file."""

    file: str
    columns: list[str]


class ImportRead(Resource):
    """An import job. With `dry_run` the counts say what would happen."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "0198c0de-1111-7000-8000-000000000001",
                    "created_at": "2026-11-23T10:00:00Z",
                    "updated_at": "2026-11-23T10:00:12Z",
                    "format": "esco",
                    "status": "succeeded",
                    "progress": 100,
                    "dry_run": False,
                    "files": [{"name": "ESCO dataset - v1.1.1 - classification - en - csv.zip", "size": 3798125}],
                    "counts": {"created": 167941, "updated": 0, "unchanged": 0, "retired": 0, "rejected": 67},
                    "counts_by_kind": {"skill": {"created": 13896, "updated": 0, "unchanged": 0, "retired": 0}},
                    "warnings": 16,
                    "ignored": [],
                    "started_at": "2026-11-23T10:00:00Z",
                    "finished_at": "2026-11-23T10:00:12Z",
                }
            ]
        },
    )

    format: str
    status: JobStatus
    progress: int = Field(ge=0, le=100, description="Per cent.")
    dry_run: bool
    files: list[UploadedFileRead]
    counts: TotalCounts
    counts_by_kind: dict[str, Counts]
    warnings: int = Field(description="Rows with something odd about them, by which nothing was lost.")
    ignored: list[IgnoredColumns]
    problem: dict[str, Any] | None = Field(
        default=None,
        description="Why it failed, as problem+json. What the files are is checked before anything is written.",
    )
    started_at: datetime | None = None
    finished_at: datetime | None = None


class FindingRead(ResponseBody):
    """Something wrong with one row."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "number": 1,
                    "severity": "error",
                    "file": "people.csv",
                    "row": 3,
                    "code": "not_a_date",
                    "detail": "hired_on is '1.3.2024'; YYYY-MM-DD is meant.",
                }
            ]
        },
    )

    number: int
    severity: SeverityName
    file: str
    row: int | None = Field(description="As a spreadsheet counts: the heading is row 1.")
    code: str
    detail: str


class PlannedChangeRead(ResponseBody):
    """One line of a dry run's plan."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "number": 1,
                    "action": "update",
                    "kind": "skill",
                    "key": "https://shop.example/skills/social-media",
                    "title": "Market on social media",
                    "fields": ["labels"],
                }
            ]
        },
    )

    number: int
    action: Literal["create", "update", "move", "retire"]
    kind: str
    key: str = Field(description="URI or external id.")
    title: str
    fields: list[str] = Field(description="What differs; of a move, parents that come (+) and go (-).")
