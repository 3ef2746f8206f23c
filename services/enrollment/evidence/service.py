"""Use cases of evidence: tell the skills service what was learned, and take it back.

Each handler calls the neighbour first, which is idempotent by (source, enrollment), and returns what is then
written here in one transaction with the consumer's cursor. A kill in between repeats the call, and nothing else.
"""

from uuid import UUID

from services.enrollment.enrollments.repository import EnrollmentRepository
from services.enrollment.enrollments.schemas import EvidenceStatus
from services.enrollment.evidence.rules import SOURCE, evidence_of
from shared.contracts.enrollment.events import EnrollmentCompleted, EnrollmentRevoked
from shared.contracts.skills.client import SkillsClient
from shared.database.sessions import UnitOfWork
from shared.events.consumer import Effect
from shared.events.facts import Event


class EvidenceService:
    """Handles the facts that say something about skills."""

    def __init__(self, skills: SkillsClient) -> None:
        self.skills = skills

    async def on_completed(self, event: Event) -> Effect | None:
        """Put the evidence. Raises the neighbour's Problem when it refuses: the fact is then parked."""
        completed = EnrollmentCompleted.model_validate(event.data)
        evidence = evidence_of(completed)
        if evidence is None:
            return None
        receipt = await self.skills.put_evidence(SOURCE, str(completed.enrollment_id), evidence)
        return _effect(completed.enrollment_id, EvidenceStatus.RECORDED, receipt.rating_ids)

    async def on_revoked(self, event: Event) -> Effect | None:
        """Take the evidence back. That there was none is fine."""
        revoked = EnrollmentRevoked.model_validate(event.data)
        await self.skills.revoke_evidence(SOURCE, str(revoked.enrollment_id))
        return _effect(revoked.enrollment_id, EvidenceStatus.NOT_APPLICABLE, [])


def _effect(enrollment_id: UUID, status: EvidenceStatus, rating_ids: list[UUID]) -> Effect:
    async def effect(session: UnitOfWork) -> None:
        await EnrollmentRepository(session).change(
            enrollment_id,
            None,
            evidence_status=status,
            evidence_rating_ids=[str(rating_id) for rating_id in rating_ids],
        )

    return effect
