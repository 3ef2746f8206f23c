from datetime import date

import pytest

from services.skills.assessments.exemptions.rules import Phase, period_fault, phase_on

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("day", "ends_on", "phase"),
    [
        (date(2026, 10, 31), LAST, Phase.PLANNED),
        (FIRST, LAST, Phase.STANDING),
        (LAST, LAST, Phase.STANDING),
        (date(2026, 12, 1), LAST, Phase.OVER),
        (date(2099, 1, 1), None, Phase.STANDING),
    ],
)
def test_the_last_day_is_part_of_it(day: date, ends_on: date | None, phase: Phase) -> None:
    assert phase_on(day, FIRST, ends_on) is phase


def test_a_period_runs_forwards() -> None:
    assert period_fault(FIRST, FIRST) is None
    assert period_fault(FIRST, None) is None
    assert period_fault(LAST, FIRST) == "It would end before it starts."
