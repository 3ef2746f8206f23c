"""What a learning system reports about a participation that it knows under its own id."""

from services.enrollment.enrollments import rules
from services.enrollment.enrollments.acting import Actor
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.rules import SEATED, EnrollmentAction, EnrollmentStatus
from services.enrollment.enrollments.schemas import ActorKind, EnrollmentCompletion, EnrollmentRead, ParticipationReport
from services.enrollment.enrollments.service import (
    EnrollmentService,
    Target,
    completion_of,
    find_run,
    new_enrollment,
)
from services.enrollment.offerings.programs import ProgramSnapshot
from shared.contracts.skills.messages import ReportingLine
from shared.errors import Unprocessable
from shared.identity.principal import Principal
from shared.references import References
from shared.schemas import ExternalId


class ReportService:
    """Brings an enrollment to where a learning system says that it stands. The actor is the client."""

    def __init__(self, desk: EnrollmentService) -> None:
        self.desk = desk
        self.references = References(desk.session, "enrollment")

    async def report(
        self, external: ExternalId, body: ParticipationReport, caller: Principal
    ) -> tuple[EnrollmentRead, bool]:
        """The enrollment, and whether it is new. Raises IllegalMove when the table knows no way there,
        OfferingFull, Unprocessable."""
        line = await self.desk.people.get_line(body.person_id, "/person_id")
        program = None
        if body.program_id is not None:
            program = await self.desk.programs.read(body.program_id, "/program_id")
        actor = Actor(ActorKind.CLIENT, None, caller.id)
        enrollment, is_new = await self._find_or_make(external, body, line, program, actor)
        await self._bring(enrollment, EnrollmentStatus(body.status), body, actor)
        return await self.desk.read(enrollment.id), is_new

    async def _find_or_make(
        self,
        external: ExternalId,
        body: ParticipationReport,
        line: ReportingLine,
        program: ProgramSnapshot | None,
        actor: Actor,
    ) -> tuple[Enrollment, bool]:
        known = await self.references.find(f"{external.source}:{external.external_id}")
        if known is not None:
            enrollment = await self.desk.enrollments.get(known)
            if enrollment.person_id != line.person.id:
                raise Unprocessable("This id stands for somebody else's participation.", pointer="/person_id")
            return enrollment, False
        target = await find_run(self.desk.session, body.offering_id) if body.offering_id else None
        target = target or Target(_required(program))
        present = await self.desk.enrollments.find_active(
            line.person.id,
            offering_id=target.offering.id if target.offering else None,
            program_id=target.program.id,
        )
        if present is None:
            present = new_enrollment(line, target, self.desk.now)
            await self.desk.moves.request(present, actor, body.reason, line.managers)
            is_new = True
        else:
            is_new = False
        kept = (await self.references.of([present.id])).get(present.id, [])
        await self.references.replace(present.id, [*kept, external])
        return present, is_new

    async def _bring(
        self, enrollment: Enrollment, reported: EnrollmentStatus, body: ParticipationReport, actor: Actor
    ) -> None:
        """Make the moves that lead to the reported status. A seat is needed by who still takes part; what is
        over is a fact, whether or not there was a seat."""
        way = rules.moves_of_report(EnrollmentStatus(enrollment.status), reported)
        if not way:
            return
        if reported in SEATED and EnrollmentAction.ENROLL in way:
            await self.desk.seats.claim_for_report(enrollment.offering_id)
        else:
            await self.desk.seats.hold(enrollment.offering_id)
        enrollment = await self.desk.enrollments.get_fresh(enrollment.id)
        held_seat = EnrollmentStatus(enrollment.status)
        for action in way:
            values = self._values(enrollment, action, body)
            enrollment = await self.desk.moves.make(enrollment, action, actor, body.reason, **values)
        await self.desk.seats.leave(enrollment.offering_id, held_seat, reported)

    def _values(self, enrollment: Enrollment, action: EnrollmentAction, body: ParticipationReport) -> dict[str, object]:
        if action is EnrollmentAction.COMPLETE:
            said = EnrollmentCompletion(completed_at=body.completed_at, results=body.results, score=body.score)
            return completion_of(enrollment, said, self.desk.now)
        return {"started_at": self.desk.now} if action is EnrollmentAction.START else {}


def _required(program: ProgramSnapshot | None) -> ProgramSnapshot:
    assert program is not None, "a report names a run or a program"
    return program
