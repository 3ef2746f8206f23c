"""Tables of development plans."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.enrollment.tables import EnrollmentTable
from shared.database.tables import Versioned
from shared.ids import new_id


class Plan(EnrollmentTable, Versioned, table=True):
    """One person's way to a role, or just to some skills."""

    __tablename__ = "plans"

    person_id: UUID = Field(index=True)
    title: str
    target_role_id: UUID | None = Field(default=None, index=True)
    target_role_title: str | None = None
    status: str = Field(index=True)


class PlanItem(EnrollmentTable, table=True):
    """One step of a plan, with the names of the day when it was written."""

    __tablename__ = "plan_items"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: UUID = Field(foreign_key="plans.id", index=True)
    position: int
    skill_id: UUID
    skill_label: str
    to_level: float
    program_id: UUID | None = None
    program_title: str | None = None
    due_on: date | None = None
    status: str
    enrollment_id: UUID | None = Field(default=None, foreign_key="enrollments.id", index=True)
