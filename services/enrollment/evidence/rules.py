"""What a completion proves about skills."""

from shared.contracts.enrollment.events import EnrollmentCompleted
from shared.contracts.skills.messages import Evidence, LearnedSkill

SOURCE = "enrollment"
"""Under which evidence is known to the skills service; its external id is the enrollment's id."""


def evidence_of(completed: EnrollmentCompleted) -> Evidence | None:
    """The levels that a completion reached, or None when it says nothing about levels.

    A learning system's clock may be ahead of ours: what was seen is never dated after we saw it.
    """
    if not completed.results:
        return None
    return Evidence(
        person_id=completed.person_id,
        skills=[LearnedSkill(skill_id=result.skill_id, level=result.level) for result in completed.results],
        assessed_at=min(completed.completed_at, completed.at),
        note=f"Completed “{completed.program_title}”",
    )
