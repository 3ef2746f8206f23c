"""What a rating policy says: how much each source counts, and how fast a rating fades."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType


class Source(StrEnum):
    """Who or what a rating comes from."""

    SELF = "self"
    PEER = "peer"
    MANAGER = "manager"
    SUPERVISOR = "supervisor"
    EXPERT = "expert"
    TEST = "test"
    CERTIFICATION = "certification"
    LEARNING = "learning"


# Self-ratings agree weakly with measured ability (r = .29, Zell & Krizan 2014) and are lenient; peers and
# supervisors agree with one another (.62, Harris & Schaubroeck 1988); tests and certificates measure.
DEFAULT_WEIGHTS: Mapping[Source, float] = MappingProxyType(
    {
        Source.TEST: 1.0,
        Source.CERTIFICATION: 1.0,
        Source.MANAGER: 0.8,
        Source.SUPERVISOR: 0.8,
        Source.EXPERT: 0.8,
        Source.PEER: 0.6,
        Source.LEARNING: 0.6,
        Source.SELF: 0.3,
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy. A source that `weights` leaves out, or weighs 0, counts nowhere."""

    version: int = 1
    weights: Mapping[Source, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    half_life_days: float = 365.0
    minimum_peers: int = 3
    self_may_meet: bool = False
    tolerance: float = 0.25

    def weight(self, source: Source) -> float:
        return self.weights.get(source, 0.0)

    def without(self, source: Source) -> "Policy":
        """The same policy with one source counting nowhere."""
        return replace(self, weights={other: weight for other, weight in self.weights.items() if other != source})


DEFAULT_POLICY = Policy()
