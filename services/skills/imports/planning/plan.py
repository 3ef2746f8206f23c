"""What a plan is made of."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from services.skills.imports.records import FileNote, Finding, Record
from services.skills.imports.rules import Action
from shared.database.sessions import UnitOfWork

CHUNK = 1_000
"""Rows in one transaction: short enough that other writers do not wait long."""

One = TypeVar("One")
Write = Callable[[UnitOfWork, Sequence[Any], datetime], Awaitable[Sequence[Finding] | None]]
"""Writes rows of one step at the given time, without committing. Answers what is wrong with rows it had to leave."""


class Records:
    """The records of an upload by class, in the order in which they came."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._by_class: dict[type, list[Any]] = defaultdict(list)
        for record in records:
            self._by_class[type(record)].append(record)

    def of(self, kind: type[One]) -> list[One]:
        return self._by_class[kind]

    def __len__(self) -> int:
        return sum(len(records) for records in self._by_class.values())


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of the plan as people read it. `move` is an update of where a skill stands in the tree."""

    action: str
    kind: str
    key: str
    title: str
    fields: tuple[str, ...] = ()


@dataclass
class Step:
    """Rows that one function writes, in chunks. Each row counts once as `kind` and `action`, unless uncounted.

    `at_once` is how many rows one transaction has at most; None = `CHUNK`.
    """

    kind: str
    action: Action
    write: Write
    rows: Sequence[Any]
    counted: bool = True
    at_once: int | None = None

    def chunks(self) -> Iterator[Sequence[Any]]:
        size = self.at_once or CHUNK
        for start in range(0, len(self.rows), size):
            yield self.rows[start : start + size]


@dataclass
class Plan:
    """Steps in the order in which they must be written, and what there is to tell of the rest."""

    steps: list[Step] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    notes: list[FileNote] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def step(
        self,
        kind: str,
        action: Action,
        write: Write,
        rows: Sequence[Any],
        *,
        counted: bool = True,
        at_once: int | None = None,
    ) -> None:
        if rows:
            self.steps.append(Step(kind, action, write, rows, counted, at_once))

    def tell(self, action: str, kind: str, key: str, title: str, fields: Iterable[str] = ()) -> None:
        self.lines.append(Line(action, kind, key, title, tuple(fields)))

    @property
    def size(self) -> int:
        return sum(len(step.rows) for step in self.steps)
