from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.rules import (
    AFTER,
    Assessor,
    Entry,
    Standing,
    assessor_fault,
    standing_at,
)

MIA, LEA, TOP, PAT, REPORT = (UUID(int=n) for n in range(1, 6))
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def fault(source: Source, assessor_id: UUID | None) -> str | None:
    return assessor_fault(source, Assessor(MIA, assessor_id, managers=(LEA, TOP), reports=(REPORT,)))


@pytest.mark.parametrize(
    ("source", "welcome"),
    [
        (Source.SELF, {MIA}),
        (Source.MANAGER, {LEA, TOP}),
        (Source.SUPERVISOR, {PAT, REPORT}),
        (Source.PEER, {PAT}),
        (Source.EXPERT, {LEA, TOP, PAT, REPORT}),
        (Source.TEST, {None}),
        (Source.CERTIFICATION, {None}),
        (Source.LEARNING, {None}),
    ],
)
def test_who_may_rate_as_what(source: Source, welcome: set[UUID | None]) -> None:
    everybody = {MIA, LEA, TOP, PAT, REPORT, None}
    assert {assessor for assessor in everybody if fault(source, assessor) is None} == welcome


def test_every_refusal_says_why() -> None:
    assert fault(Source.MANAGER, PAT) == (
        "The assessor was not in the person's reporting line when the assessment took place."
    )


def entries(*found: Entry) -> list[tuple[datetime, Entry]]:
    return [(NOW + timedelta(hours=hour), entry) for hour, entry in enumerate(found)]


@pytest.mark.parametrize(
    ("appended", "standing"),
    [
        ([], Standing.RECORDED),
        ([Entry.REVOKED], Standing.REVOKED),
        ([Entry.DISPUTED], Standing.DISPUTED),
        ([Entry.DISPUTED, Entry.UPHELD], Standing.REVOKED),
        ([Entry.DISPUTED, Entry.DISMISSED], Standing.RECORDED),
        ([Entry.DISPUTED, Entry.DISMISSED, Entry.DISPUTED], Standing.DISPUTED),
        ([Entry.REVOKED, Entry.DISPUTED], Standing.REVOKED),
    ],
)
def test_standing(appended: list[Entry], standing: Standing) -> None:
    assert standing_at(entries(*appended), NOW + timedelta(days=1)) is standing


def test_standing_at_an_earlier_moment_knows_nothing_of_later_entries() -> None:
    assert standing_at(entries(Entry.DISPUTED, Entry.UPHELD), NOW) is Standing.DISPUTED
    assert standing_at(entries(Entry.REVOKED), NOW - timedelta(seconds=1)) is Standing.RECORDED


def test_every_standing_says_what_may_follow() -> None:
    assert set(AFTER) == set(Standing)
