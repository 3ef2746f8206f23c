from uuid import UUID
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.horizons import Term
from services.skills.gaps.rules import GapKind, GapStatus
from services.skills.gaps.schemas import GapRead, ReasonRead
from services.skills.pathways.drawing import describe, draw_pathways
from services.skills.pathways.schemas import Pathway, Pathways, PathwayStep
from services.skills.roles.rules import MoveKind
from services.skills.roles.schemas import RoleBrief, SkillBrief

SVG = "{http://www.w3.org/2000/svg}"


def gap(label: str, missing: float, kind: GapKind = GapKind.RESKILLING) -> GapRead:
    return GapRead(
        skill=SkillBrief(id=UUID(int=1), label=label),
        target_level=3,
        level=3 - missing,
        gap=missing,
        importance=1,
        weighted_gap=missing,
        essential=True,
        status=GapStatus.GAP if missing else GapStatus.MET,
        kind=kind,
        reason=ReasonRead(code="", text=""),
        horizon=Term.NOW,
    )


def step(title: str, *gaps: GapRead, similarity: float | None = 0.5) -> PathwayStep:
    return PathwayStep(
        role=RoleBrief(id=UUID(int=2), title=title),
        move=MoveKind.RESKILL,
        similarity=similarity,
        effort=sum(found.gap for found in gaps),
        upskilling=0,
        reskilling=0,
        readiness=0.25,
        aspired=False,
        gaps=list(gaps),
    )


def ways(*pathways: list[PathwayStep], current: str | None = "Sales representative") -> Pathways:
    return Pathways(
        person_id=UUID(int=9),
        current_role=RoleBrief(id=UUID(int=3), title=current) if current else None,
        target_role=RoleBrief(id=UUID(int=2), title="Marketer"),
        horizon="short",
        from_aspiration=False,
        data=[Pathway(similarity=0.5, effort=sum(found.effort for found in steps), steps=steps) for steps in pathways],
    )


def texts(pathways: Pathways) -> list[str]:
    root = ElementTree.fromstring(draw_pathways(pathways))  # noqa: S314
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_a_way_shows_where_it_starts_each_step_and_what_is_missing() -> None:
    said = texts(ways([step("Adviser", gap("Chat", 1.5)), step("Marketer", gap("Social media", 2.0))]))
    assert {"Sales representative", "Today", "Adviser", "Marketer", "Chat", "+1.5", "Social media", "+2.0"} <= set(said)
    assert "Way 1: effort 3.5 levels, similarity 0.50" in said


def test_kinds_of_gap_differ_by_their_sign() -> None:
    said = texts(ways([step("Marketer", gap("Old", 1, GapKind.UPSKILLING), gap("New", 1, GapKind.RESKILLING))]))
    assert said.count("▲") == said.count("◆") == 2  # once in the legend, once in the step


def test_many_gaps_are_summed_up_and_none_is_said() -> None:
    assert "and 2 more" in texts(ways([step("Marketer", *(gap(f"Skill {n}", 1) for n in range(5)))]))
    assert "Nothing is missing" in texts(ways([step("Marketer", gap("Known", 0))]))


def test_it_has_a_title_and_says_the_ways_in_words() -> None:
    pathways = ways([step("Adviser", gap("Chat", 1)), step("Marketer")], current=None)
    root = ElementTree.fromstring(draw_pathways(pathways))  # noqa: S314
    assert root.findtext(f"{SVG}title") == "Pathways from No role yet to Marketer"
    assert describe(pathways).endswith("Adviser, then Marketer (effort 1.0 levels).")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('<>&"'), max_size=80))
def test_whatever_the_titles_it_is_well_formed(title: str) -> None:
    drawing = draw_pathways(ways([step(title, gap(title, 1), similarity=None)], current=title or None))
    assert ElementTree.fromstring(drawing).tag == f"{SVG}svg"  # noqa: S314
