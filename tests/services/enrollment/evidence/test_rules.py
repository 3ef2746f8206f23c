"""What a completion proves about skills."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.enrollment.evidence.rules import evidence_of
from shared.contracts.enrollment.events import EnrollmentCompleted, ReachedSkill
from shared.contracts.skills.messages import LearnedSkill

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
COMPLETED = EnrollmentCompleted(
    enrollment_id=UUID(int=1),
    person_id=UUID(int=2),
    program_id=UUID(int=3),
    at=SEEN,
    actor_kind="person",
    completed_at=SEEN,
    program_title="Four weeks in marketing",
    program_format="cross_training",
    results=[ReachedSkill(skill_id=UUID(int=7), from_level=1, level=3)],
)


def test_the_levels_reached_are_the_evidence() -> None:
    evidence = evidence_of(COMPLETED)
    assert evidence is not None
    assert evidence.person_id == UUID(int=2)
    assert evidence.skills == [LearnedSkill(skill_id=UUID(int=7), level=3)]
    assert evidence.note == "Completed “Four weeks in marketing”"


def test_a_completion_that_reached_nothing_proves_nothing() -> None:
    assert evidence_of(COMPLETED.model_copy(update={"results": []})) is None


@pytest.mark.parametrize(
    ("completed_at", "assessed_at"),
    [
        (SEEN - timedelta(days=30), SEEN - timedelta(days=30)),
        (SEEN, SEEN),
        (SEEN + timedelta(minutes=4), SEEN),  # a learning system's clock that is ahead of ours
    ],
)
def test_what_was_seen_is_not_dated_after_it_was_seen(completed_at: datetime, assessed_at: datetime) -> None:
    evidence = evidence_of(COMPLETED.model_copy(update={"completed_at": completed_at}))
    assert evidence is not None
    assert evidence.assessed_at == assessed_at
