"""What every format is turned into: plain records, each of which knows the place it came from.

A format reads files and yields these as a stream. Nothing here knows a database: identities are those of the
sender (a URI, or a `source:external_id` reference).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from shared.uploads import UploadedFile


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Place(msgspec.Struct, frozen=True, gc=False):
    """A file of the upload and a row in it, counted as spreadsheets do: the heading is row 1."""

    file: str
    row: int


class Finding(msgspec.Struct, frozen=True):
    """Something wrong with one row. An error: the row was not taken. A warning: nothing was lost by it.

    `about` names the role or the skill that the row was about, where that could be read.
    """

    place: Place
    severity: Severity
    code: str
    detail: str
    about: str | None = None


class FileNote(msgspec.Struct, frozen=True):
    """What of a file was not looked at: columns nobody knows, or the whole file (`columns` empty)."""

    file: str
    columns: tuple[str, ...] = ()


class ScaleLevel(msgspec.Struct, frozen=True):
    level: int
    title: str
    description: str = ""


class ScaleRecord(msgspec.Struct, frozen=True):
    """An ordered scale. `key` names it inside this upload and makes its identity stable between uploads."""

    key: str
    title: str
    levels: tuple[ScaleLevel, ...]


class FrameworkRecord(msgspec.Struct, frozen=True):
    """A set of skills with one scale: that of `scale_key`, made by this upload, or an existing `scale_id`.

    `complete`: the upload has all the skills there are, so that those it lacks are retired.
    """

    uri: str
    title: str
    version: str
    scale_key: str | None = None
    scale_id: str | None = None
    attribution: str | None = None
    complete: bool = False


class SkillRecord(msgspec.Struct, frozen=True):
    """One skill, or with kind `group` a node that only gives the tree its shape."""

    place: Place
    framework_uri: str
    uri: str
    kind: str
    labels: dict[str, str]
    alternative_labels: dict[str, list[str]] = {}
    descriptions: dict[str, str] = {}
    level_descriptions: dict[int, str] = {}
    status: str = "published"
    code: str | None = None
    reuse_level: str | None = None
    replaced_by: str | None = None
    """URI of the skill that stands in its place."""

    only_named: bool = False
    """The upload only calls it by its label: where there is such a skill in the framework, it stays as it is."""


class RelationRecord(msgspec.Struct, frozen=True, gc=False):
    """`origin`, a skill of the framework, stands in the relation `kind` to `target`. Both are skill URIs.

    `external`: an end outside of the upload that nobody knows is no mistake of the row.
    """

    place: Place
    framework_uri: str
    origin: str
    kind: str
    target: str
    external: bool = False


class RoleRecord(msgspec.Struct, frozen=True):
    """A role. `reference` is its `source:external_id`; `aliases` are other titles of the same work.

    `whole`: the upload says all that the role requires, so that what it lacks ends. Otherwise only requirements of
    skills that the upload has, or retires, can end by their absence.
    """

    place: Place
    reference: str
    title: str
    family: str | None = None
    grade: str | None = None
    description: str | None = None
    aliases: tuple[str, ...] = ()
    other_references: tuple[str, ...] = ()
    whole: bool = False
    unsaid: frozenset[str] = frozenset()
    """Which of these texts the upload has no place for: a role that is known keeps its own."""


class RequirementRecord(msgspec.Struct, frozen=True, gc=False):
    """What a role needs of one skill. `skill` is a URI, an id or a reference; dates are ISO 8601.

    `low_precision`: the publisher recommends not to rely on the level or the importance.
    """

    place: Place
    role: str
    skill: str
    level: float
    importance: float
    essential: bool
    effective_from: str | None = None
    redesign: bool = False
    low_precision: bool = False


class RoleMoveRecord(msgspec.Struct, frozen=True):
    """A move that people make between two roles: promotion, lateral or reskill."""

    place: Place
    origin: str
    target: str
    kind: str


class PersonRecord(msgspec.Struct, frozen=True, gc=False):
    """One employee. `values` holds only the columns that the file has: what is absent stays as it is."""

    place: Place
    reference: str
    user_name_key: str
    values: dict[str, Any]


class RatingRecord(msgspec.Struct, frozen=True):
    """One rating, as `POST /v1/ratings` takes it; `key` makes a second upload of it harmless."""

    place: Place
    key: str
    values: dict[str, Any]


Record = (
    ScaleRecord
    | FrameworkRecord
    | SkillRecord
    | RelationRecord
    | RoleRecord
    | RequirementRecord
    | RoleMoveRecord
    | PersonRecord
    | RatingRecord
    | Finding
    | FileNote
)


@dataclass(frozen=True)
class Options:
    """What the sender may set beside the files; every format says which of these it heeds."""

    framework_uri: str | None = None
    framework_title: str | None = None
    framework_version: str | None = None
    scale_id: str | None = None
    essential_level: float = 3
    optional_level: float = 2
    source: str | None = None
    language: str = "en"
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The sender's names of our headings, in normal form."""


Parse = Callable[[Sequence[UploadedFile], Options], Iterator[Record]]


def error(place: Place, code: str, detail: str, about: str | None = None) -> Finding:
    return Finding(place, Severity.ERROR, code, detail, about)


def warning(place: Place, code: str, detail: str) -> Finding:
    return Finding(place, Severity.WARNING, code, detail)
