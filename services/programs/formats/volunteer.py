"""Volunteering: skills used for an outside organisation; hours are logged and verified before they count."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.programs.formats.details import Details
from shared.schemas import Title


class Volunteer(Details):
    """For whom, for what, and who confirms the hours."""

    format = "volunteer"
    needs_offering = False
    starts_from = 1
    largest_step = 1

    organisation: Annotated[Title, Field(description="The outside organisation.", examples=["Harbour Youth Club"])]
    cause: Annotated[
        str, StringConstraints(min_length=1, max_length=2000), Field(examples=["Digital skills for teenagers"])
    ]
    expected_hours: Annotated[float, Field(gt=0, le=100_000, examples=[30])]
    verified_by: Annotated[Literal["organisation", "leader"], Field(description="Who confirms the logged hours.")] = (
        "organisation"
    )

    def hours(self) -> float | None:
        return self.expected_hours
