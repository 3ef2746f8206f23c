"""Decisions about skills."""

from collections.abc import Mapping

from shared.errors import Conflict

LIFE: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"published", "deprecated"}),
    "published": frozenset({"deprecated"}),
    "deprecated": frozenset({"published"}),
}
"""From a status to the statuses that may follow it. A published skill never becomes a draft again: it is in use."""


class IllegalStatus(Conflict):
    """The skill cannot go from its status to the asked one; carries the allowed ones."""

    code, title = "illegal-status", "The skill cannot take this status"


def check_status_change(present: str, wanted: str) -> None:
    """Raises IllegalStatus when a skill may not go from `present` to `wanted`."""
    if wanted != present and wanted not in LIFE[present]:
        allowed = sorted(LIFE[present])
        raise IllegalStatus(f"A {present} skill cannot become {wanted}.", allowed=allowed)
