"""Mentorship: meetings of two over weeks; in reverse mentoring the junior person is the mentor."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from services.programs.formats.details import Details, Notice, Weeks

SHORTEST_WEEKS, LONGEST_WEEKS = 4, 24
RECOMMENDED_MENTEES = 2
WEEKS_PER_SESSION = 26 / 6


class Mentorship(Details):
    """How long the relationship lasts, how often the two meet and which of them teaches."""

    format = "mentorship"
    needs_offering = False
    awards_credential = False

    weeks: Annotated[Weeks, Field(ge=SHORTEST_WEEKS, le=LONGEST_WEEKS, examples=[24])]
    sessions: Annotated[int, Field(ge=1, le=200, description="Planned meetings.", examples=[6])]
    reverse: Annotated[bool, Field(description="The junior person mentors the senior one.")]
    max_mentees: Annotated[int, Field(ge=1, le=20, description="At most so many per mentor.")] = RECOMMENDED_MENTEES

    def notices(self) -> Iterator[Notice]:
        if self.sessions < int(self.weeks / WEEKS_PER_SESSION):
            yield Notice("few_sessions", "Fewer meetings than the usual six in six months.")
        if self.max_mentees > RECOMMENDED_MENTEES:
            yield Notice("many_mentees", f"More than {RECOMMENDED_MENTEES} mentees for one mentor are not advised.")
