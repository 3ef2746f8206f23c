"""Which levels a scale accepts."""

import pytest

from services.skills.taxonomy.scales.rules import LevelOutsideScale, check_level

SCALE = (1, 2, 3, 4, 5)


@pytest.mark.parametrize("level", [0, 1, 5])
def test_none_and_the_levels_of_the_scale(level: float) -> None:
    check_level(level, SCALE, "/level")


@pytest.mark.parametrize("level", [-1, 0.5, 2.5, 6, 100])
def test_everything_else_is_refused_with_its_place(level: float) -> None:
    with pytest.raises(LevelOutsideScale) as caught:
        check_level(level, SCALE, "/level")
    assert caught.value.errors[0].pointer == "/level"
    assert "1, 2, 3, 4, 5" in str(caught.value)
