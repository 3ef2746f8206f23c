"""What every format says about itself, and the base of its `details`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from shared.errors import Fault
from shared.schemas import RequestBody

Weeks = Annotated[int, Field(ge=1, le=520, description="Whole weeks.")]


@dataclass(frozen=True)
class Notice:
    """Something that the owner of a program should know. Nothing is refused because of it."""

    code: str
    text: str


class Details(RequestBody):
    """The fields that only one format has.

    A subclass is a format: its class variables say how the format behaves, its fields what must be told.
    """

    format: ClassVar[str]
    """The value of a program's `format`, in the field's own words."""
    needs_offering: ClassVar[bool] = True
    """Does one enroll in a dated or open run with seats? Otherwise in the program itself."""
    awards_credential: ClassVar[bool] = True
    """Is a badge issued on completion?"""
    starts_from: ClassVar[float] = 0
    """The level from which the format works well: 0 for those that teach from nothing."""
    largest_step: ClassVar[float] = 2
    """How many levels one program of this format usually carries."""
    roles: ClassVar[tuple[str, ...]] = ()
    """Names of the fields that refer to roles."""
    people: ClassVar[tuple[str, ...]] = ()
    """Names of the fields that refer to people."""

    def hours(self) -> float | None:
        """The hours that the details add up to, for programs that state none; None when they say nothing of it."""
        return None

    def faults(self) -> Iterator[Fault]:
        """What keeps the program from being published. Pointers begin at the program."""
        return iter(())

    def notices(self) -> Iterator[Notice]:
        """What is unusual, with the rule it is measured by."""
        return iter(())
