"""How enrollments are shown, and to whom."""

from collections.abc import Sequence

from services.enrollment.enrollments.models import Enrollment, EnrollmentMove
from services.enrollment.enrollments.repository import EnrollmentRepository
from services.enrollment.enrollments.rules import EnrollmentStatus, allowed
from services.enrollment.enrollments.schemas import (
    EnrollmentEvidence,
    EnrollmentRead,
    MoveActor,
    TimelineEntry,
)
from services.enrollment.offerings.schemas import ProgramTitle
from shared.database.sessions import AnySession
from shared.references import References
from shared.schemas import ExternalId

OWN_FIELDS = {"program", "results", "evidence_status", "evidence_rating_ids", "facilitator_id", "deleted_at"}


class EnrollmentReader:
    """Turns rows into answers."""

    def __init__(self, session: AnySession) -> None:
        self.enrollments = EnrollmentRepository(session)
        self.references = References(session, "enrollment")

    async def read(self, enrollment: Enrollment) -> EnrollmentRead:
        return (await self.read_many([enrollment]))[0]

    async def read_many(self, enrollments: Sequence[Enrollment]) -> list[EnrollmentRead]:
        external_ids = await self.references.of([enrollment.id for enrollment in enrollments])
        return [
            _read(enrollment, await self._position(enrollment), external_ids.get(enrollment.id, []))
            for enrollment in enrollments
        ]

    async def _position(self, enrollment: Enrollment) -> int | None:
        waiting = enrollment.status == EnrollmentStatus.WAITLISTED
        return await self.enrollments.position(enrollment) if waiting else None


def _read(enrollment: Enrollment, position: int | None, external_ids: list[ExternalId]) -> EnrollmentRead:
    status = EnrollmentStatus(enrollment.status)
    pending = status is EnrollmentStatus.REQUESTED
    return EnrollmentRead(
        **enrollment.model_dump(exclude=OWN_FIELDS | {"answer_by"}),
        program=ProgramTitle.model_validate(enrollment.program),
        allowed=list(allowed(status)),
        answer_by=enrollment.answer_by if pending else None,
        position=position,
        results=enrollment.results,
        evidence=_evidence(enrollment),
        external_ids=external_ids,
    )


def _evidence(enrollment: Enrollment) -> EnrollmentEvidence | None:
    if enrollment.evidence_status is None:
        return None
    return EnrollmentEvidence(status=enrollment.evidence_status, rating_ids=enrollment.evidence_rating_ids)


def read_move(line: EnrollmentMove) -> TimelineEntry:
    """A line of the timeline as callers see it."""
    return TimelineEntry(
        id=line.id,
        at=line.at,
        action=line.action,
        from_status=line.from_status,
        to_status=line.to_status,
        actor=MoveActor(kind=line.actor_kind, person_id=line.actor_person_id, client_id=line.actor_client_id),
        reason=line.reason,
    )
