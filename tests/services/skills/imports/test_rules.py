from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.imports import rules
from services.skills.imports.rules import Action, Counts

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def numbers(created: int = 0, updated: int = 0, unchanged: int = 0, retired: int = 0) -> dict[str, int]:
    return {"created": created, "updated": updated, "unchanged": unchanged, "retired": retired}


@pytest.mark.parametrize(
    ("status", "lease_until", "free"),
    [
        ("queued", None, True),
        ("running", NOW + timedelta(seconds=1), False),
        ("running", NOW, True),
        ("running", None, True),
        ("succeeded", None, False),
        ("failed", None, False),
    ],
)
def test_which_jobs_may_be_taken(status: str, lease_until: datetime | None, free: bool) -> None:
    assert rules.is_free(status, lease_until, NOW) is free


def test_a_heart_beats_several_times_in_a_lease() -> None:
    assert rules.HEARTBEAT * 3 < rules.LEASE


def test_counts_grow_by_kind() -> None:
    counts = rules.add({}, [("skill", Action.CREATE), ("skill", Action.CREATE), ("role", Action.RETIRE)])
    again = rules.add(counts, [("skill", Action.UPDATE)])
    assert counts == {"skill": numbers(created=2), "role": numbers(retired=1)}
    assert again == {"skill": numbers(created=2, updated=1), "role": numbers(retired=1)}
    assert rules.sum_of(again) == numbers(created=2, updated=1, retired=1)


def test_what_the_job_wrote_before_an_interruption_is_not_unchanged() -> None:
    before: Counts = {"skill": numbers(created=60, updated=5)}
    after = rules.add(before, [("skill", Action.CREATE)] * 40)
    settled = rules.settle(after, {"skill": 75, "role": 3}, before)
    assert settled == {"skill": numbers(created=100, updated=5, unchanged=10), "role": numbers(unchanged=3)}


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), st.data())
def test_an_interruption_never_shows_in_the_counts(created: int, updated: int, same: int, data: st.DataObject) -> None:
    changes = [("skill", Action.CREATE)] * created + [("skill", Action.UPDATE)] * updated
    cut = data.draw(st.integers(0, len(changes)))
    before = rules.add({}, changes[:cut])
    resumed = rules.settle(rules.add(before, changes[cut:]), {"skill": same + cut}, before)
    assert resumed["skill"] == numbers(created, updated, same)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_progress_stays_below_a_hundred_until_the_end(written: int, of: int) -> None:
    assert rules.PLANNED <= rules.progress(min(written, of), of) < rules.DONE
