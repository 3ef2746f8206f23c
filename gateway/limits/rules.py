"""How often somebody may call: the generic cell rate algorithm (GCRA), pure.

One number per caller, the theoretical arrival time, says when a caller who had called at exactly the
agreed rate would be due next. Unlike a fixed window it lets no double burst through at an edge. The
algorithm is that of ITU-T recommendation I.371, annex A.
"""

import math
from dataclasses import dataclass

WINDOW_SECONDS = 60
BURST_SECONDS = 10
"""A caller who was quiet may send this many seconds' worth at once."""


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests a minute."""

    requests_per_minute: int

    @property
    def interval(self) -> float:
        """Seconds between two requests at exactly this rate."""
        return WINDOW_SECONDS / self.requests_per_minute

    @property
    def tolerance(self) -> float:
        """How far (seconds) a caller may be ahead of the rate; at least one request."""
        return max(float(BURST_SECONDS), self.interval)


@dataclass(frozen=True, slots=True)
class Decision:
    """`due` is the caller's new theoretical arrival time; times are in seconds."""

    allowed: bool
    due: float
    remaining: int
    full_after: float
    retry_after: int


def decide(due: float, now: float, quota: Quota) -> Decision:
    """May a caller whose theoretical arrival time is `due` call at `now`?"""
    wanted = max(due, now) + quota.interval
    ahead = wanted - now
    # The sum of many intervals misses a whole number by a rounding error: a billionth is no offence.
    if ahead > quota.tolerance + 1e-9 * max(1.0, abs(now)):
        return Decision(False, due, 0, due - now, max(1, math.ceil(ahead - quota.tolerance)))
    remaining = int((quota.tolerance - ahead) / quota.interval + 1e-6)
    return Decision(True, wanted, remaining, ahead, 0)
