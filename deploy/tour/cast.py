"""The names and dates of the walk. On an installation that has seen a walk before, new ones are made."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Cast:
    """Who and what appears. `mark` keeps one walk's people, skills and roles apart from another's."""

    today: date
    mark: str = ""

    def name(self, text: str) -> str:
        return f"{text} {self.mark}".rstrip()

    def code(self, text: str) -> str:
        return f"{text}-{self.mark}" if self.mark else text

    def uri(self, path: str = "") -> str:
        place = self.code("skills")
        return f"https://shop.example/{place}/{path}" if path else f"https://shop.example/{place}"

    def mail(self, who: str) -> str:
        return f"{self.code(who)}@shop.example"

    @property
    def quarter(self) -> tuple[date, date]:
        """First and last day of this quarter."""
        return _quarter(self.today)

    @property
    def end_of_next_quarter(self) -> date:
        return _quarter(self.quarter[1] + timedelta(days=1))[1]


def _quarter(day: date) -> tuple[date, date]:
    first_month = 3 * ((day.month - 1) // 3) + 1
    first = date(day.year, first_month, 1)
    next_first = date(day.year + first_month // 10, (first_month + 2) % 12 + 1, 1)
    return first, next_first - timedelta(days=1)
