"""What callers see of a leader's scorecard."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.enrollment.followups.schemas import FollowUpRead
from shared.schemas import ResponseBody


class FollowUpCounts(ResponseBody):
    """The follow-ups that the leader owes or has by escalation, by status."""

    open: int = Field(examples=[3])
    overdue: int = Field(examples=[1])
    escalated: int = Field(examples=[0])
    done: int = Field(examples=[7])


class ApprovalCounts(ResponseBody):
    """Requests that wait for the leader, and how long the leader took for those answered in the last year."""

    pending: int = Field(examples=[2])
    oldest_pending_hours: float | None = Field(description="null = nothing is pending.", examples=[30.5])
    answered: int = Field(examples=[12])
    median_answer_hours: float | None = Field(description="null = nothing was answered.", examples=[6.0])


class Participation(ResponseBody):
    """The people whom the leader follows up, by what they did in the last year; a person counts once in each."""

    people: int = Field(description="Who asked for anything.", examples=[5])
    taking_part: int = Field(description="Who has a seat or is under way.", examples=[2])
    completed: int = Field(examples=[4])


class OwnLearning(ResponseBody):
    """The leader's own participations in the last year."""

    taking_part: int = Field(examples=[0])
    completed: int = Field(examples=[1])


class ScorecardRead(ResponseBody):
    """How a leader stands by the learning of their people, as of now."""

    leader_id: UUID = Field(examples=["0198c0de-3333-7000-8000-000000000001"])
    as_of: datetime
    follow_ups: FollowUpCounts
    approvals: ApprovalCounts
    participation: Participation
    own_learning: OwnLearning
    most_urgent: list[FollowUpRead] = Field(description="Unanswered follow-ups, the longest due first.")
