"""Decisions about deputies: which days one covers."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cover:
    """The days on which somebody acts for somebody else. `ends_on` is the last one; None: until taken back."""

    starts_on: date
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def meets(self, other: "Cover") -> bool:
        """Whether the two have a day in common."""
        later, earlier = (self, other) if self.starts_on >= other.starts_on else (other, self)
        return earlier.covers(later.starts_on)
