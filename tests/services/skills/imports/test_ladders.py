from hypothesis import given
from hypothesis import strategies as st

from services.skills.imports.ladders import Rung, ladder, promotions


def titles(demands: dict[str, float]) -> list[tuple[str, ...]]:
    return [rung.titles for rung in ladder(demands)]


def test_the_sum_of_required_levels_tells_the_order() -> None:
    service_desk = {
        "Head of service desk": 29.0,
        "Senior service desk analyst": 17.0,
        "Service desk analyst": 11.0,
        "Service desk manager": 24.0,
    }
    assert titles(service_desk) == [
        ("Service desk analyst",),
        ("Senior service desk analyst",),
        ("Service desk manager",),
        ("Head of service desk",),
    ]


def test_who_leads_stands_above_whoever_knows_more() -> None:
    data_scientist = {
        "Head of data science": 27.0,
        "Lead data scientist": 32.0,
        "Principal data scientist": 28.0,
        "Data scientist": 23.0,
    }
    assert titles(data_scientist) == [
        ("Data scientist",),
        ("Lead data scientist",),
        ("Principal data scientist",),
        ("Head of data science",),
    ]
    assert titles({"Head of data ethics": 5.0, "Data ethics lead": 9.0})[0] == ("Data ethics lead",)


def test_tracks_share_a_rung_and_go_on_apart() -> None:
    rungs = ladder(
        {
            "Developer": 24.0,
            "Senior developer": 28.0,
            "Senior developer - management": 29.0,
            "Lead developer": 30.0,
            "Lead developer - management": 31.0,
        }
    )
    assert rungs[1] == Rung(2, ("Senior developer", "Senior developer - management"))
    assert list(promotions(rungs)) == [
        ("Developer", "Senior developer"),
        ("Developer", "Senior developer - management"),
        ("Senior developer", "Lead developer"),
        ("Senior developer - management", "Lead developer - management"),
    ]


def test_tracks_that_meet_again() -> None:
    rungs = ladder({"Senior - a": 1.0, "Senior - b": 1.0, "Head of it": 2.0})
    assert list(promotions(rungs)) == [("Senior - a", "Head of it"), ("Senior - b", "Head of it")]


def test_one_level_is_a_ladder_without_promotions() -> None:
    assert list(promotions(ladder({"Service owner": 35.0}))) == []
    assert ladder({}) == []


@given(st.dictionaries(st.text("abc -", min_size=1, max_size=6), st.integers(0, 50).map(float), max_size=8))
def test_every_title_has_one_rung_and_each_promotion_climbs_one(demands: dict[str, float]) -> None:
    rungs = ladder(demands)
    assert sorted(title for rung in rungs for title in rung.titles) == sorted(demands)
    number = {title: rung.number for rung in rungs for title in rung.titles}
    for origin, target in promotions(rungs):
        assert number[target] == number[origin] + 1
