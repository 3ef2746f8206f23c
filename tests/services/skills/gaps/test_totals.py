from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.horizons import Term
from services.skills.gaps.rules import Gap, GapKind, GapStatus, Reason, summarize
from services.skills.gaps.totals import Totals, figures_of, millionths, sum_up, total_of


def gap(
    status: GapStatus = GapStatus.GAP,
    level: float | None = 1.0,
    target: float = 3.0,
    importance: float = 1.0,
    kind: GapKind = GapKind.UPSKILLING,
    essential: bool = False,
) -> Gap:
    missing = 0.0 if status in (GapStatus.MET, GapStatus.EXEMPT) else max(0.0, target - (level or 0.0))
    return Gap(UUID(int=1), target, level, missing, importance, essential, status, kind, Reason("", ""), Term.NOW)


def test_the_figures_of_one_person() -> None:
    gaps = [
        gap(essential=True, kind=GapKind.RESKILLING),
        gap(GapStatus.UNRATED, level=None, importance=0.5),
        gap(GapStatus.EXEMPT, level=0.0),
    ]
    total = total_of(map(figures_of, gaps))
    assert (total.people, total.people_with_gaps, total.asked, total.assessed) == (1, 1, 2, 1)
    assert total.essential_open == 1
    assert total.readiness == pytest.approx(1 / 4.5, abs=1e-9)
    assert (total.weighted_gap, total.mean_upskilling, total.mean_reskilling) == (3.5, 1.5, 2.0)
    assert total.gap == 2.5


def test_who_is_asked_nothing_stands_behind_no_figure() -> None:
    assert total_of([figures_of(gap(GapStatus.EXEMPT))]) == Totals()
    assert (Totals().readiness, Totals().weighted_gap, Totals().gap) == (None, None, None)


def test_a_level_just_below_its_target_stays_below() -> None:
    total = total_of([figures_of(gap(GapStatus.MET, level=2.9999999))])
    assert total.readiness is not None
    assert total.readiness < 1


@pytest.mark.parametrize(("figure", "whole"), [(0.87, 870_000), (0.29 * 3, 870_000), (2.9999999, 2_999_999), (0, 0)])
def test_millionths_are_cut_off_and_not_rounded(figure: float, whole: int) -> None:
    assert millionths(figure) == whole


GAPS = st.lists(
    st.builds(
        gap,
        status=st.sampled_from([GapStatus.GAP, GapStatus.EXEMPT, GapStatus.UNVERIFIED]),
        level=st.floats(0, 5),
        target=st.sampled_from([1.0, 2.5, 5.0]),
        importance=st.sampled_from([0.1, 0.29, 1.0]),
        kind=st.sampled_from(GapKind),
        essential=st.booleans(),
    ),
    max_size=6,
)


@given(st.lists(GAPS, max_size=6), st.randoms())
def test_the_order_of_people_changes_nothing(people: list[list[Gap]], random: object) -> None:
    totals = [total_of(map(figures_of, gaps)) for gaps in people]
    shuffled = list(totals)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sum_up(shuffled) == sum_up(totals)


@given(GAPS)
def test_one_person_and_a_group_of_one_say_the_same(gaps: list[Gap]) -> None:
    total, summary = total_of(map(figures_of, gaps)), summarize(gaps)
    assert total.readiness == pytest.approx(summary.readiness, abs=1e-4)
    assert total.assessed_share == summary.assessed_share
    assert total.essential_open == summary.essential_open
    assert (total.weighted_gap or 0.0) == pytest.approx(summary.weighted_gap, abs=1e-4)
