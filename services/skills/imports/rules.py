"""Decisions about jobs: who may take one, how far it is, what its numbers are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=30)
"""How long a worker may be silent before another one takes its job over."""
HEARTBEAT = timedelta(seconds=8)
ATTEMPTS = 5
"""How often a job is taken up. One that kills its worker each time must end as well."""

PARSED, PLANNED, DONE = 10, 20, 100
"""Progress, in per cent, when the files are read, when the plan stands, when everything is written."""


class Status(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Action(StrEnum):
    """What happens to one record."""

    CREATE = "create"
    UPDATE = "update"
    RETIRE = "retire"


COUNTED_AS: Mapping[Action, str] = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.RETIRE: "retired",
}
COUNTS = ("created", "updated", "unchanged", "retired")

Counts = dict[str, dict[str, int]]
"""By kind of record: how many were created, updated, unchanged, retired."""


def is_free(status: str, lease_until: datetime | None, now: datetime) -> bool:
    """Whether a worker may take the job: it waits, or whoever worked on it has gone silent."""
    if status == Status.QUEUED:
        return True
    return status == Status.RUNNING and (lease_until is None or lease_until <= now)


Change = tuple[str, Action]
"""What happened to one record, by its kind."""


def add(counts: Counts, changes: Iterable[Change] | Mapping[Change, int]) -> Counts:
    """The counts with these changes added, each by itself or with its number."""
    total = {kind: dict(numbers) for kind, numbers in counts.items()}
    for (kind, action), number in Counter(changes).items():
        numbers = total.setdefault(kind, dict.fromkeys(COUNTS, 0))
        numbers[COUNTED_AS[action]] += number
    return total


def settle(counts: Counts, unchanged: Mapping[str, int], written_before: Counts) -> Counts:
    """The counts at the end.

    `unchanged` is by kind what the last plan found in order. After an interruption that includes what this job
    itself had written before that plan was made: it stays created or updated, and is not unchanged as well.
    """
    total = add(counts, ())
    for kind, found in unchanged.items():
        if not found:
            continue
        before = written_before.get(kind, {})
        own = before.get("created", 0) + before.get("updated", 0)
        total.setdefault(kind, dict.fromkeys(COUNTS, 0))["unchanged"] = max(0, found - own)
    return total


def sum_of(counts: Counts) -> dict[str, int]:
    """The numbers of all kinds together."""
    return {name: sum(numbers.get(name, 0) for numbers in counts.values()) for name in COUNTS}


def progress(written: int, of: int) -> int:
    """Per cent, while the plan is being written: never 100 before the job is done."""
    share = written / of if of else 1.0
    return min(DONE - 1, PLANNED + int(share * (DONE - PLANNED)))
