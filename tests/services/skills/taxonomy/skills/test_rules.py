"""How a skill's life goes."""

import pytest

from services.skills.taxonomy.skills.rules import LIFE, IllegalStatus, check_status_change

STATUSES = ("draft", "published", "deprecated")


@pytest.mark.parametrize("present", STATUSES)
@pytest.mark.parametrize("wanted", STATUSES)
def test_every_move_is_allowed_or_refused_with_what_is_allowed(present: str, wanted: str) -> None:
    if wanted == present or wanted in LIFE[present]:
        check_status_change(present, wanted)
        return
    with pytest.raises(IllegalStatus) as caught:
        check_status_change(present, wanted)
    assert caught.value.extensions["allowed"] == sorted(LIFE[present])


def test_what_was_in_use_is_never_a_draft_again() -> None:
    assert not any("draft" in following for following in LIFE.values())
