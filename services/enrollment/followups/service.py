"""Use cases of follow-ups: opened by moves of enrollments, answered by leaders, handed up when ignored."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.enrollment.enrollments.models import Enrollment
from services.enrollment.followups import rules
from services.enrollment.followups.models import FollowUp
from services.enrollment.followups.repository import FollowUpRepository
from services.enrollment.followups.rules import FollowUpKind
from services.enrollment.followups.schemas import FollowUpAnswer, FollowUpRead
from services.enrollment.offerings.schemas import ProgramTitle
from shared.contracts.enrollment.events import FollowUpAnswered, FollowUpEscalated, FollowUpOpened
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Conflict
from shared.events.outbox import record


class AlreadyAnswered(Conflict):
    code, title = "already-answered", "The follow-up is answered already"


class FollowUpService:
    """Leaders' tasks after approvals and completions."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.follow_ups = FollowUpRepository(session)

    async def open(
        self, enrollment: Enrollment, kinds: Iterable[FollowUpKind], occasion: datetime, now: datetime
    ) -> None:
        """Make the tasks that an approval or a completion brings, as far as they are still due."""
        present = await self.follow_ups.kinds_of(enrollment.id)
        due = rules.still_due(kinds, occasion, now.date())
        opened = [_open(enrollment, kind, occasion) for kind in due if kind not in present]
        for follow_up in opened:
            await self.follow_ups.add(follow_up)
        await record(self._unit_of_work(), *(FollowUpOpened(**_said(f)) for f in opened))

    async def drop(self, enrollment_id: UUID) -> None:
        """Take back the unanswered tasks of a participation that came to nothing."""
        for follow_up in await self.follow_ups.open_of(enrollment_id):
            await self.follow_ups.bury(follow_up.id, None)

    async def answer(self, id: UUID, body: FollowUpAnswer, answered_by_id: UUID | None, now: datetime) -> FollowUpRead:
        """Write down what the leader saw. Raises NotFound, AlreadyAnswered."""
        values = {
            "applied": body.applied,
            "note": body.note,
            "answered_at": now,
            "answered_by_id": answered_by_id,
        }
        if not await self.follow_ups.answer(id, **values):
            await self.follow_ups.get(id)
            raise AlreadyAnswered("A follow-up is answered once.")
        follow_up = await self.follow_ups.get(id)
        said = {**_said(follow_up), "applied": body.applied, "answered_by_id": answered_by_id}
        await record(self._unit_of_work(), FollowUpAnswered(**said))
        return read(follow_up, now.date())

    async def escalate(self, follow_up: FollowUp, leader_id: UUID | None, now: datetime) -> None:
        """Hand an ignored task to `leader_id` (None = the administrators), unless it was answered or handed up."""
        if await self.follow_ups.escalate(follow_up.id, leader_id, now):
            fact = FollowUpEscalated(**_said(follow_up), escalated_to_id=leader_id)
            await record(self._unit_of_work(), fact)

    def _unit_of_work(self) -> UnitOfWork:
        assert isinstance(self.session, UnitOfWork)
        return self.session


def read(follow_up: FollowUp, today: date) -> FollowUpRead:
    """The task with its status as of today."""
    status = rules.status_on(today, follow_up.due_on, follow_up.answered_at is not None)
    program = ProgramTitle(id=follow_up.program_id, title=follow_up.program_title, format=follow_up.program_format)
    return FollowUpRead.model_validate(
        {
            **follow_up.model_dump(),
            "status": status,
            "program": program,
            "deleted": follow_up.deleted_at is not None,
        }
    )


def read_many(follow_ups: Sequence[FollowUp], today: date) -> list[FollowUpRead]:
    """A page of them."""
    return [read(follow_up, today) for follow_up in follow_ups]


def _open(enrollment: Enrollment, kind: FollowUpKind, occasion: datetime) -> FollowUp:
    return FollowUp(
        enrollment_id=enrollment.id,
        leader_id=enrollment.leader_id,
        person_id=enrollment.person_id,
        program_id=enrollment.program_id,
        program_title=enrollment.program["title"],
        program_format=enrollment.program["format"],
        kind=kind,
        due_on=rules.due_on(kind, occasion),
    )


def _said(follow_up: FollowUp) -> dict[str, Any]:
    return {
        "follow_up_id": follow_up.id,
        "enrollment_id": follow_up.enrollment_id,
        "person_id": follow_up.person_id,
        "program_id": follow_up.program_id,
        "leader_id": follow_up.leader_id,
        "kind": follow_up.kind,
        "due_on": follow_up.due_on,
    }
