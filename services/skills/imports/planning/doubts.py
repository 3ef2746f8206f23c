"""What refused rows leave in doubt: nothing is retired or ended for want of a row that was there, but unreadable."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from services.skills.imports.records import Finding, Place, Severity

LOSES_NOTHING = frozenset({"duplicate_row"})
"""Codes of rows that were left out because another one says the same."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """`names`: what refused rows were about. `unread`: the first row that does not even tell that."""

    names: frozenset[str]
    unread: Place | None

    def covers(self, name: str) -> bool:
        """Whether a refused row may have been the one about `name`."""
        return self.unread is not None or name in self.names


def find_doubt(findings: Iterable[Finding], files: Collection[str]) -> Doubt:
    """The doubt about what stands in these files."""
    lost = [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and finding.code not in LOSES_NOTHING and finding.place.file in files
    ]
    unread = next((finding.place for finding in lost if finding.about is None), None)
    return Doubt(frozenset(finding.about for finding in lost if finding.about is not None), unread)
