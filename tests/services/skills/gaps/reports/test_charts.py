from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from services.skills.gaps.reports.charts import HIDDEN, draw_groups, draw_trend
from services.skills.gaps.reports.heatmap import FORMULA_STARTS
from services.skills.gaps.reports.schemas import GroupGaps, GroupRead, TrendPointRead
from services.skills.gaps.reports.tables import write_groups, write_trend
from tests.harness import Running
from tests.services.skills.gaps.shop import Shop, make_person, settled

FORMS = ("application/json", "text/csv", "image/svg+xml")
SVG = "{http://www.w3.org/2000/svg}"


def group(title: str, people: int | None) -> GroupGaps:
    figures: dict[str, Any] = dict.fromkeys(("assessed_share", "upskilling", "reskilling", "people_with_gaps"))
    known = {"readiness": 0.5, "weighted_gap": 1.5} if people else {"readiness": None, "weighted_gap": None}
    who = GroupRead(id=UUID(int=1), title=title)
    return GroupGaps(group=who, people=people, suppressed=people is None, essential_open=None, **known, **figures)


def point(people: int | None, closed_at: datetime | None = None) -> TrendPointRead:
    return TrendPointRead(
        cycle_id=None,
        closed_at=closed_at,
        people=people,
        readiness=0.5 if people else None,
        weighted_gap=1.5 if people else None,
        suppressed=people is None,
    )


def texts(drawing: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(drawing).iter(f"{SVG}text")]  # noqa: S314


def test_a_bar_says_its_figures_and_a_hidden_group_that_it_is() -> None:
    said = texts(draw_groups("Gaps", "Horizon short", [group("R&D <1>", 12), group("Small", None)]))
    assert {"R&D <1>", "1.5 · n 12 · readiness 50%", "Small", HIDDEN} <= set(said)
    assert "Nothing to show." in texts(draw_groups("Gaps", "Horizon short", []))


def test_a_trend_ends_with_the_live_point_and_is_broken_where_too_few_were_there() -> None:
    closed = [point(9, datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 4)]
    drawing = draw_trend("Trend", "Horizon short", [*closed, point(None, datetime(2026, 7, 1, tzinfo=UTC)), point(8)])
    said = texts(drawing)
    assert [text for text in said if text.startswith("2026") or text == "now"] == [
        "2026-01-01",
        "2026-04-01",
        "2026-07-01",
        "now",
    ]
    assert said.count("hidden") == 1
    assert drawing.count("<circle") == 6
    assert drawing.count('stroke-width="2.5"/>') == 6 + 2


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_starts_a_formula(start: str) -> None:
    assert f",'{start}1+1" in write_groups([group(f"{start}1+1", 9)]).replace('"', "")


def test_hidden_figures_are_empty() -> None:
    assert write_groups([group("Small", None)]).splitlines()[1] == f"{UUID(int=1)},Small,,,true,,,,,,,"
    assert write_trend([point(None)]).splitlines() == [
        "cycle_id,closed_at,people,suppressed,readiness,weighted_gap",
        ",,,true,,",
    ]


async def test_lists_and_trends_come_in_the_form_that_is_accepted(skills: Running, shop: Shop) -> None:
    for number in range(6):
        await make_person(skills, f"S{number}", org_unit="=Shops", role_id=shop.sales)
    await settled(skills)
    paths = [f"/v1/gaps?group_by={by}" for by in ("org_unit", "role", "manager", "skill")]
    for path in [*paths, "/v1/gaps/trend", f"/v1/gaps/trend?person_id={shop.mia}"]:
        for form in FORMS:
            answer = await skills.get(path, headers={"Accept": form})
            assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, form)
            assert "Accept" in answer.headers["vary"]
        assert (await skills.get(path, headers={"Accept": "text/html"})).status_code == 406
    table = await skills.get("/v1/gaps?limit=1", headers={"Accept": "text/csv"})
    assert {"Sales", "'=Shops"} <= {line.split(",")[1] for line in table.text.splitlines()}
