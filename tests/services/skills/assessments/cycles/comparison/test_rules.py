"""How levels moved, where the scale moved as well."""

from uuid import UUID

import pytest

from services.skills.assessments.cycles.comparison.rules import Movement, Step, hidden, movements
from services.skills.assessments.scale_migrations.rules import Reading

SKILL, OTHER = UUID(int=1), UUID(int=2)
HALVED = Reading.of({1: 1, 2: 1, 3: 2, 4: 2, 5: 3})


def test_levels_of_before_are_read_on_the_scale_of_afterwards() -> None:
    steps = [Step(SKILL, 4, 2, 3), Step(SKILL, 5, 2, 1), Step(SKILL, 2, 2, 2), Step(OTHER, 5, 3, 1)]
    assert movements(steps, HALVED.forth) == [
        Movement(SKILL, 6, (2 * 3 + 3 + 1 * 2) / 6, 2, 2, 1),
        Movement(OTHER, 1, 3, 3, 0, 0),
    ]


def test_what_was_rated_between_levels_follows_the_line() -> None:
    (movement,) = movements([Step(SKILL, 2.5, 2, 5)], HALVED.forth)
    assert (movement.before, movement.change, movement.raised) == (1.5, 0.5, 5)


@pytest.mark.parametrize(("people", "suppress", "is_hidden"), [(4, True, True), (5, True, False), (4, False, False)])
def test_few_people_stay_hidden_from_who_does_not_lead_them(people: int, suppress: bool, is_hidden: bool) -> None:
    assert hidden(Movement(SKILL, people, 2, 3, 1, 0), suppress=suppress) is is_hidden
