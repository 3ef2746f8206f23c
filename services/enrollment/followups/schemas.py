"""What callers send and see of follow-ups."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.enrollment.enrollments.schemas import ActingPerson
from services.enrollment.followups.rules import Applied, FollowUpKind, FollowUpStatus
from services.enrollment.offerings.schemas import ProgramTitle
from shared.references import Reference
from shared.schemas import Instant, RequestBody, Resource

Note = Annotated[
    str, StringConstraints(min_length=1, max_length=4000), Field(examples=["Runs the shop's channel alone"])
]


class FollowUpAnswer(RequestBody):
    """What the leader saw. Feeds the program's outcome, never the person's level."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"applied": "yes", "note": "Runs the shop's channel alone"}]}
    )

    applied: Applied | None = Field(
        default=None,
        description="Does the person use at work what was learned? Required while behaviour is rated.",
    )
    note: Note | None = None
    acting_person_id: ActingPerson | None = None


class FollowUpFilters(BaseModel):
    """What a list of follow-ups can be narrowed to."""

    model_config = ConfigDict(extra="ignore")

    enrollment_id: UUID | None = None
    person_id: Reference | None = None
    leader_id: Reference | None = Field(default=None, description="Who owes it, or has it by escalation.")
    kind: FollowUpKind | None = None
    status: FollowUpStatus | None = None
    ids: Annotated[str, Field(max_length=8000, description="Ids, separated by commas.")] | None = None
    updated_since: Instant | None = Field(
        default=None, description="Only what changed at or after this time, dropped ones included."
    )


class FollowUpRead(Resource):
    """A talk that a leader owes somebody who takes part in a program."""

    enrollment_id: UUID
    leader_id: UUID | None = Field(description="Who owes it; null = the L&D administrators.")
    person_id: UUID
    program: ProgramTitle
    kind: FollowUpKind
    due_on: date
    status: FollowUpStatus = Field(
        description="open until the due day, then overdue, escalated from 14 days overdue on; done when answered."
    )
    escalated_to_id: UUID | None = Field(description="The next manager, who has it on the list as well.")
    escalated_at: datetime | None
    applied: Applied | None = Field(description="Null while behaviour ratings are switched off.")
    note: str | None
    answered_at: datetime | None
    answered_by_id: UUID | None
    deleted: bool = Field(default=False, description="True in delta sync when the task was dropped.")
