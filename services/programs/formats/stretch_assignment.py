"""Stretch assignment: real work a little above today's level, beside the job, with a sponsor."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from services.programs.formats.details import Details, Notice, Weeks
from shared.references import Reference

APPROVAL_FROM_HOURS = 20


class StretchAssignment(Details):
    """Who stands behind the assignment, how much of the week it takes and for how long."""

    format = "stretch_assignment"
    starts_from = 1
    largest_step = 1
    people = ("sponsor_id", "coach_id")

    sponsor_id: Annotated[Reference, Field(description="The person who answers for the assignment.")]
    hours_per_week: Annotated[float, Field(gt=0, le=60, examples=[6])]
    weeks: Annotated[Weeks, Field(examples=[8])]
    vacancies: Annotated[int, Field(ge=1, le=10_000, description="How many people it can take.", examples=[2])]
    coach_id: Annotated[Reference | None, Field(description="The person who helps along the way.")] = None

    def hours(self) -> float | None:
        return self.hours_per_week * self.weeks

    def notices(self) -> Iterator[Notice]:
        if self.hours_per_week >= APPROVAL_FROM_HOURS:
            text = f"From {APPROVAL_FROM_HOURS} hours a week the owner's manager should agree to the assignment."
            yield Notice("large_share_of_the_week", text)
