"""Use cases of enrollments: ask, answer, take part, finish."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.enrollment.enrollments import rules
from services.enrollment.enrollments.acting import Actor, acting_as, actor_of
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.moves import Moves, Reaction
from services.enrollment.enrollments.reading import EnrollmentReader
from services.enrollment.enrollments.repository import EnrollmentRepository
from services.enrollment.enrollments.rules import ActingAs, EnrollmentAction, EnrollmentStatus, Result
from services.enrollment.enrollments.schemas import (
    ActorKind,
    EnrollmentAct,
    EnrollmentCompletion,
    EnrollmentRead,
    EnrollmentRequest,
    EvidenceStatus,
)
from services.enrollment.enrollments.seats import Seats
from services.enrollment.offerings import rules as offering_rules
from services.enrollment.offerings.models import Offering
from services.enrollment.offerings.programs import ProgramReader, ProgramSnapshot
from services.enrollment.offerings.repository import OfferingRepository
from services.enrollment.offerings.service import run_of
from services.enrollment.people import People
from shared.contracts.skills.messages import ReportingLine
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.errors import Conflict, Forbidden, NotFound, Unprocessable
from shared.identity.principal import Principal
from shared.references import References


class AlreadyEnrolled(Conflict):
    """One active enrollment per person and run."""

    code, title = "already-enrolled", "The person takes part already"


class OfferingNeeded(Conflict):
    """A program with dated runs is joined through one of them."""

    code, title = "offering-needed", "Choose a run of this program"


class OfferLapsed(Conflict):
    """The held seat went to the next in line."""

    code, title = "offer-lapsed", "The offer has expired"


class PersonNeeded(Forbidden):
    """Requests are answered and seats accepted by people."""

    code, title = "person-needed", "A person has to do this"


@dataclass(frozen=True)
class Target:
    """What is asked for: a run, or a program without one."""

    program: ProgramSnapshot
    offering: Offering | None = None


@dataclass(frozen=True)
class Intent:
    """What somebody wants to do with an enrollment, and as what they come."""

    enrollment_id: UUID
    offering_id: UUID | None
    action: EnrollmentAction
    actor: Actor
    held: frozenset[ActingAs]


class EnrollmentService:
    """Moves enrollments. What must be known before the transaction is read from `database` in a session of its
    own, so that no connection is held while a neighbour is asked."""

    def __init__(
        self,
        session: UnitOfWork,
        people: People,
        programs: ProgramReader,
        reactions: Sequence[Reaction],
        now: datetime,
    ) -> None:
        self.session = session
        self.database: Database = session.info["database"]
        self.people = people
        self.programs = programs
        self.now = now
        self.moves = Moves(session, reactions, now)
        self.seats = Seats(self.moves)
        self.enrollments = self.moves.enrollments
        self.offerings = OfferingRepository(session)

    async def request(self, body: EnrollmentRequest, caller: Principal) -> EnrollmentRead:
        """Ask for a seat. Raises Unprocessable for unknown references, EnrollmentClosed, OfferingFull,
        OfferingNeeded, AlreadyEnrolled."""
        line = await self.people.get_line(body.person_id, "/person_id")
        actor = await actor_of(caller, body.acting_person_id, self.people)
        _require_standing(caller, actor, line, body.person_id)
        program = None
        if body.program_id is not None:
            program = await self.programs.read(body.program_id, "/program_id")
        target = await self._target(body.offering_id, program)
        if target.offering is not None:
            offering_rules.require_open(run_of(target.offering), self.now)
            offering_rules.require_reachable(run_of(target.offering))
        await self._require_new(line.person.id, target)
        enrollment = new_enrollment(line, target, self.now)
        enrollment.plan_item_id, enrollment.campaign_id = body.plan_item_id, body.campaign_id
        await self.moves.request(enrollment, actor, body.reason, line.managers)
        return await self.read(enrollment.id)

    async def act(
        self, reference: str, action: EnrollmentAction, body: EnrollmentAct, caller: Principal
    ) -> EnrollmentRead:
        """Make a move of the table that needs nothing more. Raises NotFound, IllegalMove, MoveNotYours."""
        return await self.carry_out(await self.prepare(reference, action, body, caller), body)

    async def carry_out(self, intent: Intent, body: EnrollmentAct) -> EnrollmentRead:
        """The second half of `act`: in the transaction, asking nobody."""
        enrollment = await self._decide(intent)
        await _ACTS.get(intent.action, EnrollmentService._make)(self, enrollment, intent, body)
        return await self.read(intent.enrollment_id)

    async def _approve(self, enrollment: Enrollment, intent: Intent, body: EnrollmentAct) -> None:
        await self.seats.approve(enrollment, intent.actor, body.reason)

    async def _accept(self, enrollment: Enrollment, intent: Intent, body: EnrollmentAct) -> None:
        if enrollment.offer_expires_at is not None and enrollment.offer_expires_at <= self.now:
            raise OfferLapsed("The seat was held until then.", expired_at=enrollment.offer_expires_at.isoformat())
        await self.moves.make(enrollment, intent.action, intent.actor, body.reason, offer_expires_at=None)

    async def _start(self, enrollment: Enrollment, intent: Intent, body: EnrollmentAct) -> None:
        await self.moves.make(enrollment, intent.action, intent.actor, body.reason, started_at=self.now)

    async def _complete(self, enrollment: Enrollment, intent: Intent, body: EnrollmentAct) -> None:
        assert isinstance(body, EnrollmentCompletion)
        await self._leave(enrollment, intent, body, **completion_of(enrollment, body, self.now))

    async def _revoke(self, enrollment: Enrollment, intent: Intent, body: EnrollmentAct) -> None:
        values = {}
        if enrollment.evidence_status != EvidenceStatus.NOT_APPLICABLE:
            values["evidence_status"] = EvidenceStatus.PENDING
        await self.moves.make(enrollment, intent.action, intent.actor, body.reason, **values)

    async def _leave(self, enrollment: Enrollment, intent: Intent, body: EnrollmentAct, **values: Any) -> None:
        source = EnrollmentStatus(enrollment.status)
        values["offer_expires_at"] = None
        moved = await self.moves.make(enrollment, intent.action, intent.actor, body.reason, **values)
        await self.seats.leave(enrollment.offering_id, source, EnrollmentStatus(moved.status))

    async def _make(self, enrollment: Enrollment, intent: Intent, body: EnrollmentAct) -> None:
        await self.moves.make(enrollment, intent.action, intent.actor, body.reason)

    async def prepare(self, reference: str, action: EnrollmentAction, body: EnrollmentAct, caller: Principal) -> Intent:
        """The first half of `act`: who acts, as what, on which enrollment. Asks neighbours, so it comes before the
        transaction."""
        actor = await actor_of(caller, body.acting_person_id, self.people)
        async with self.database.reading() as session:
            id = await References(session, "enrollment").get(reference)
            enrollment = await EnrollmentRepository(session).get(id)
        held = acting_as(actor, enrollment)
        if actor.kind is ActorKind.PERSON and not held - {ActingAs.APPROVER}:
            held |= acting_as(actor, enrollment, await self.people.managers_of(enrollment.person_id))
        if caller.kind == "user" and not held:
            raise NotFound(f"There is no enrollment {reference}.")
        if actor.kind is ActorKind.CLIENT and action in PERSONAL:
            raise PersonNeeded(f"Name the person who wants to {action} in acting_person_id.")
        return Intent(enrollment.id, enrollment.offering_id, action, actor, held)

    async def _decide(self, intent: Intent) -> Enrollment:
        """The enrollment as it stands now, if the move is legal. What gives back a seat holds the offering first."""
        if intent.action in LEAVING:
            await self.seats.hold(intent.offering_id)
        enrollment = await self.enrollments.get_fresh(intent.enrollment_id)
        rules.move(EnrollmentStatus(enrollment.status), intent.action, intent.held)
        return enrollment

    async def _target(self, offering_reference: str | None, program: ProgramSnapshot | None) -> Target:
        if offering_reference is not None:
            return await find_run(self.session, offering_reference)
        assert program is not None
        if await self.offerings.has_runs(program.id, self.now):
            raise OfferingNeeded("This program has dated runs; name one in offering_id.")
        return Target(program)

    async def _require_new(self, person_id: UUID, target: Target) -> None:
        offering_id = target.offering.id if target.offering else None
        present = await self.enrollments.find_active(person_id, offering_id=offering_id, program_id=target.program.id)
        if present is not None:
            raise AlreadyEnrolled("There is an active enrollment already.", enrollment_id=str(present.id))

    async def read(self, id: UUID) -> EnrollmentRead:
        await self.session.flush()
        return await EnrollmentReader(self.session).read(await self.enrollments.get(id))


_ACTS = {
    EnrollmentAction.APPROVE: EnrollmentService._approve,
    EnrollmentAction.ACCEPT: EnrollmentService._accept,
    EnrollmentAction.START: EnrollmentService._start,
    EnrollmentAction.COMPLETE: EnrollmentService._complete,
    EnrollmentAction.REVOKE: EnrollmentService._revoke,
    EnrollmentAction.WITHDRAW: EnrollmentService._leave,
    EnrollmentAction.FAIL: EnrollmentService._leave,
    EnrollmentAction.NO_SHOW: EnrollmentService._leave,
}
LEAVING = frozenset(
    {EnrollmentAction.COMPLETE, EnrollmentAction.WITHDRAW, EnrollmentAction.FAIL, EnrollmentAction.NO_SHOW}
)
PERSONAL = frozenset({EnrollmentAction.APPROVE, EnrollmentAction.DECLINE, EnrollmentAction.ACCEPT})


def _require_standing(caller: Principal, actor: Actor, line: ReportingLine, reference: str) -> None:
    """A signed-in user asks for themselves or for their reports; others do not exist for them."""
    if caller.kind != "user" or actor.administrator:
        return
    own = {line.person.id, *(manager.person.id for manager in line.managers)}
    if actor.person_id not in own:
        raise Unprocessable(f"There is no person {reference}.", pointer="/person_id")


async def find_run(session: UnitOfWork, reference: str) -> Target:
    """The offering behind a reference in a body. Raises Unprocessable."""
    id = await References(session, "offering").demand(reference, "/offering_id")
    if (offering := await OfferingRepository(session).find(id)) is None:
        raise Unprocessable(f"There is no offering {reference}.", pointer="/offering_id")
    return Target(ProgramSnapshot.model_validate(offering.program), offering)


def new_enrollment(line: ReportingLine, target: Target, now: datetime) -> Enrollment:
    """A requested enrollment, with what has to be remembered of person, run and program."""
    leader = next((manager.person.id for manager in line.managers if manager.person.active), None)
    return Enrollment(
        person_id=line.person.id,
        offering_id=target.offering.id if target.offering else None,
        facilitator_id=target.offering.facilitator_id if target.offering else None,
        program_id=target.program.id,
        program=target.program.model_dump(mode="json"),
        status=EnrollmentStatus.REQUESTED,
        leader_id=leader,
        requested_at=now,
    )


def completion_of(enrollment: Enrollment, body: EnrollmentCompletion, now: datetime) -> dict[str, Any]:
    """The columns that a completion sets. Raises Unprocessable naming the place."""
    program = ProgramSnapshot.model_validate(enrollment.program)
    taught = [rules.TaughtSkill(skill.skill_id, skill.from_level, skill.to_level) for skill in program.skills]
    given = None if body.results is None else [Result(one.skill_id, one.level) for one in body.results]
    from_levels = {skill.skill_id: skill.from_level for skill in taught}
    results = [
        {"skill_id": str(one.skill_id), "from_level": from_levels[one.skill_id], "level": one.level}
        for one in rules.results_of_completion(taught, given)
    ]
    return {
        "completed_at": rules.completion_time(body.completed_at, now),
        "results": results,
        "score": body.score,
        "evidence_status": EvidenceStatus.PENDING if results else EvidenceStatus.NOT_APPLICABLE,
    }
