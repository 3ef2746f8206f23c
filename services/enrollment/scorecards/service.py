"""The use case of the scorecard: put the figures of one leader together."""

from datetime import datetime
from uuid import UUID

from services.enrollment.followups.repository import FollowUpRepository
from services.enrollment.followups.service import read_many
from services.enrollment.people import People
from services.enrollment.scorecards import rules
from services.enrollment.scorecards.repository import ScorecardRepository
from services.enrollment.scorecards.rules import COMPLETED, PERIOD, TAKING_PART
from services.enrollment.scorecards.schemas import (
    ApprovalCounts,
    FollowUpCounts,
    OwnLearning,
    Participation,
    ScorecardRead,
)
from services.enrollment.switches import demand
from services.enrollment.visibility import Visibility
from shared.database.sessions import ReadOnlySession
from shared.identity.principal import Principal


class ScorecardService:
    """Scorecards for whoever may see the leader."""

    def __init__(self, session: ReadOnlySession, people: People, now: datetime) -> None:
        self.figures = ScorecardRepository(session)
        self.follow_ups = FollowUpRepository(session)
        self.people = people
        self.now = now

    async def get(self, caller: Principal, reference: str, limit: int) -> ScorecardRead:
        """Raises NotFound for an unknown person, and for one whom the caller does not see; SwitchedOff."""
        leader = await self.people.skills.get_person(reference)
        await Visibility(self.people).check(caller, leader.id, f"There is no person {reference}.")
        await demand(self.people.skills, "scorecard")
        return ScorecardRead(
            leader_id=leader.id,
            as_of=self.now,
            follow_ups=await self._follow_ups(leader.id),
            approvals=await self._approvals(leader.id),
            participation=await self._participation(leader.id),
            own_learning=await self._own_learning(leader.id),
            most_urgent=read_many(await self.follow_ups.most_urgent(leader.id, limit), self.now.date()),
        )

    async def _follow_ups(self, leader_id: UUID) -> FollowUpCounts:
        counts = await self.follow_ups.count_by_status(leader_id, self.now.date())
        return FollowUpCounts.model_validate({str(status): count for status, count in counts.items()})

    async def _approvals(self, leader_id: UUID) -> ApprovalCounts:
        pending = await self.figures.pending_since(leader_id)
        answered = await self.figures.answered(leader_id, self.now - PERIOD)
        return ApprovalCounts(
            pending=len(pending),
            oldest_pending_hours=rules.longest_hours(pending, self.now),
            answered=len(answered),
            median_answer_hours=rules.median_hours(answered),
        )

    async def _participation(self, leader_id: UUID) -> Participation:
        since = self.now - PERIOD
        return Participation(
            people=await self.figures.count_people(leader_id, since),
            taking_part=await self.figures.count_people(leader_id, since, TAKING_PART),
            completed=await self.figures.count_people(leader_id, since, COMPLETED),
        )

    async def _own_learning(self, person_id: UUID) -> OwnLearning:
        since = self.now - PERIOD
        return OwnLearning(
            taking_part=await self.figures.count_own(person_id, since, TAKING_PART),
            completed=await self.figures.count_own(person_id, since, COMPLETED),
        )
