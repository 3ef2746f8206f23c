"""Use cases of approvals: a leader's queue, and many answers at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.enrollment.approvals import rules
from services.enrollment.approvals.models import Approval, ApprovalPolicy
from services.enrollment.approvals.reactions import read_steps
from services.enrollment.approvals.repository import ApprovalRepository, PolicyRepository
from services.enrollment.approvals.schemas import (
    AnswerResult,
    AnswerResults,
    ApprovalPolicyRead,
    ApprovalPolicyWrite,
    ApprovalRead,
    RequestAnswers,
)
from services.enrollment.enrollments.reading import EnrollmentReader
from services.enrollment.enrollments.rules import EnrollmentAction
from services.enrollment.enrollments.schemas import EnrollmentAct, EnrollmentRead
from services.enrollment.enrollments.service import EnrollmentService, Intent
from shared.database.sessions import AnySession, ReadOnlySession
from shared.errors import PreconditionFailed, Problem
from shared.identity.principal import Principal
from shared.pagination import Page, Paging


class ApprovalList:
    """Who is asked what."""

    def __init__(self, session: ReadOnlySession) -> None:
        self.approvals = ApprovalRepository(session)
        self.reader = EnrollmentReader(session)

    async def page(
        self,
        caller: Principal,
        paging: Paging,
        *,
        approver_id: UUID | None,
        person_id: UUID | None,
        queue: rules.ApprovalQueue | None,
        status: str | None,
        ids: Sequence[UUID] | None,
        updated_since: datetime | None,
    ) -> Page[ApprovalRead]:
        """One page, oldest request first. Signed-in users see what they are asked; administrators all."""
        if caller.kind == "user" and not caller.is_admin:
            if caller.person_id is None or approver_id not in (None, caller.person_id):
                return Page(data=[])
            approver_id = caller.person_id
        rows, cursor = await self.approvals.list_page(
            paging,
            approver_id=approver_id,
            person_id=person_id,
            queue=queue,
            status=status,
            ids=ids,
            updated_since=updated_since,
        )
        return Page(data=await self._read_many(rows), next_cursor=cursor)

    async def _read_many(self, rows: Sequence[Approval]) -> list[ApprovalRead]:
        found = await self.reader.enrollments.find_many([row.enrollment_id for row in rows])
        shown = {one.id: one for one in await self.reader.read_many(list(found.values()))}
        return [_read(row, shown[row.enrollment_id]) for row in rows]


def _read(approval: Approval, enrollment: EnrollmentRead) -> ApprovalRead:
    asked = rules.approvers_asked(read_steps(approval), approval.first, approval.position)
    return ApprovalRead(
        **approval.model_dump(exclude={"enrollment_id", "person_id", "steps", "first", "position", "deleted_at"}),
        enrollment=enrollment,
        approver_ids=list(asked),
    )


class PolicyService:
    """The policy that routes requests."""

    def __init__(self, session: AnySession) -> None:
        self.policies = PolicyRepository(session)

    async def get(self) -> ApprovalPolicyRead:
        """The policy in force."""
        policy = await self.policies.find_current()
        if policy is None:
            return ApprovalPolicyRead(number=0, answer_within_hours=168, rules=[], changed_at=None)
        return ApprovalPolicyRead.model_validate(policy)

    async def replace(
        self, body: ApprovalPolicyWrite, number: int | None, caller: Principal, now: datetime
    ) -> ApprovalPolicyRead:
        """Put a new version in force; requests that wait keep the one under which they were made. Raises
        PreconditionFailed when `number` is not the version in force."""
        present = await self.get()
        if number not in (None, present.number):
            raise PreconditionFailed("The policy has changed since you read it.")
        await self.policies.add(
            ApprovalPolicy(
                number=present.number + 1,
                answer_within_hours=body.answer_within_hours,
                rules=[rule.model_dump(mode="json") for rule in body.rules],
                changed_at=now,
                changed_by=caller.id,
            )
        )
        return await self.get()


class BulkAnswers:
    """Answers many requests in one transaction, each under a savepoint of its own."""

    def __init__(self, desk: EnrollmentService, request_id: str | None) -> None:
        self.desk = desk
        self.request_id = request_id

    async def answer(self, body: RequestAnswers, caller: Principal) -> AnswerResults:
        """One result per answer, in their order. An answer that fails undoes itself alone."""
        acts = {
            answer.enrollment_id: EnrollmentAct(acting_person_id=body.acting_person_id, reason=answer.reason)
            for answer in body.data
        }
        results: dict[UUID, AnswerResult] = {}
        intents: list[Intent] = []
        for answer in body.data:
            id, action = answer.enrollment_id, EnrollmentAction(answer.decision)
            try:
                intents.append(await self.desk.prepare(str(id), action, acts[id], caller))
            except Problem as problem:
                results[id] = self._failed(id, problem)
        # Everybody takes offerings in one order, so that two leaders at work never wait for each other.
        for intent in sorted(intents, key=lambda one: str(one.offering_id)):
            results[intent.enrollment_id] = await self._carry_out(intent, acts[intent.enrollment_id])
        return AnswerResults(data=[results[answer.enrollment_id] for answer in body.data])

    async def _carry_out(self, intent: Intent, act: EnrollmentAct) -> AnswerResult:
        try:
            async with self.desk.session.begin_nested():
                enrollment = await self.desk.carry_out(intent, act)
        except Problem as problem:
            return self._failed(intent.enrollment_id, problem)
        return AnswerResult(enrollment_id=intent.enrollment_id, status=200, enrollment=enrollment)

    def _failed(self, enrollment_id: UUID, problem: Problem) -> AnswerResult:
        document = problem.document(self.request_id)
        return AnswerResult(enrollment_id=enrollment_id, status=problem.status, problem=document)
