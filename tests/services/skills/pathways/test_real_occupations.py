"""Adjacent roles on the published occupations of O*NET 30.0 (skills and knowledge) and ESCO 1.1.1.

The files are no part of the project; they are looked for in ../shared/data beside it.
"""

import csv
import gzip
import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from services.skills.imports.formats.onet_tables import family_of
from services.skills.pathways.similarity import RoleIndex, RoleOutline

DATA = Path(__file__).parents[5] / "shared" / "data"
ONET = DATA / "onet-30.0"
ESCO = DATA / "esco-1.1.1"
MOST_SUGGESTED = 0.05
ANSWERS = 10


def named(text: str) -> UUID:
    return uuid5(NAMESPACE_URL, text)


@pytest.fixture(scope="module")
def onet() -> RoleIndex:
    if not ONET.is_dir():
        pytest.skip(f"The O*NET 30.0 files are not at {ONET}.")
    titles: dict[str, str] = {}
    kinds: dict[UUID, str] = {}
    importance: dict[str, dict[UUID, float]] = defaultdict(dict)
    for name in ("Skills", "Knowledge"):
        for row in zipped_rows(f"{name}.csv.gz"):
            if row["Scale ID"] == "IM":
                titles[row["O*NET-SOC Code"]] = row["Title"]
                share = (float(row["Data Value"]) - 1) / 4
                importance[row["O*NET-SOC Code"]][named(row["Element ID"])] = share
                kinds[named(row["Element ID"])] = name
    described = {row["O*NET-SOC Code"]: row["Description"] for row in zipped_rows("Occupation Data.csv.gz")}
    roles = [
        RoleOutline(named(title), title, (), importance[code], family_of(code), described[code])
        for code, title in titles.items()
    ]
    return RoleIndex(roles, dict.fromkeys(kinds, named("O*NET")), {}, kinds)


@pytest.fixture(scope="module")
def onet_groups() -> dict[UUID, str]:
    """The minor group of each occupation, by which nothing is ranked: the first four characters of its code."""
    if not ONET.is_dir():
        pytest.skip(f"The O*NET 30.0 files are not at {ONET}.")
    return {named(row["Title"]): row["O*NET-SOC Code"][:4] for row in zipped_rows("Occupation Data.csv.gz")}


@pytest.fixture(scope="module")
def esco() -> RoleIndex:
    if not ESCO.is_dir():
        pytest.skip(f"The ESCO 1.1.1 files are not at {ESCO}.")
    english, relations = (ESCO / f"ESCO dataset - v1.1.1 - classification - {part} - csv.zip" for part in ("en", ""))
    importance: dict[str, dict[UUID, float]] = defaultdict(dict)
    for row in rows_of(relations, "occupationSkillRelations.csv"):
        share = 1.0 if row["relationType"] == "essential" else 0.5
        importance[row["occupationUri"]][named(row["skillUri"])] = share
    broader: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows_of(relations, "broaderRelationsSkillPillar.csv"):
        broader[named(row["conceptUri"])].append(named(row["broaderUri"]))
    roles = [
        RoleOutline(
            named(row["preferredLabel"]),
            row["preferredLabel"],
            tuple(row["altLabels"].splitlines()),
            importance[row["conceptUri"]],
            description=row["description"],
        )
        for row in rows_of(english, "occupations_en.csv")
    ]
    skills = {skill_id for profile in importance.values() for skill_id in profile}
    return RoleIndex(roles, dict.fromkeys(skills, named("ESCO")), broader)


def zipped_rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(ONET / name, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def rows_of(archive: Path, name: str) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(archive) as opened, opened.open(name) as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))


def share_of_the_most_suggested(index: RoleIndex) -> float:
    suggested: Counter[int] = Counter()
    for _, nearest, _ in index.neighbours(ANSWERS):
        suggested.update(nearest.tolist())
    most = suggested.most_common(max(1, int(len(index.role_ids) * MOST_SUGGESTED)))
    return sum(count for _, count in most) / suggested.total()


def suggestions(index: RoleIndex, title: str) -> set[UUID]:
    return {found.role_id for found in index.most_similar(named(title), ANSWERS)}


def test_no_few_occupations_fill_the_answers_on_onet(onet: RoleIndex) -> None:
    assert len(onet.role_ids) == 894
    assert share_of_the_most_suggested(onet) <= 0.20


def test_neighbours_on_onet_are_often_of_one_minor_group(onet: RoleIndex, onet_groups: dict[UUID, str]) -> None:
    """By chance 2 of 100 would be. Profiles alone reach 33, with titles 39, descriptions 41, job families 47."""
    groups = [onet_groups[role_id] for role_id in onet.role_ids]
    shared = [groups[here] == groups[there] for here, nearest, _ in onet.neighbours(ANSWERS) for there in nearest]
    assert sum(shared) / len(shared) >= 0.45


def test_no_few_occupations_fill_the_answers_on_esco(esco: RoleIndex) -> None:
    assert len(esco.role_ids) >= 2_990
    assert share_of_the_most_suggested(esco) <= 0.20


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Registered Nurses", {"Critical Care Nurses", "Licensed Practical and Licensed Vocational Nurses"}),
        ("Software Developers", {"Web Developers", "Software Quality Assurance Analysts and Testers"}),
        ("Retail Salespersons", {"First-Line Supervisors of Retail Sales Workers", "Parts Salespersons"}),
        ("Cashiers", {"Counter and Rental Clerks", "Tellers"}),
        ("Accountants and Auditors", {"Bookkeeping, Accounting, and Auditing Clerks", "Tax Preparers"}),
    ],
)
def test_neighbours_on_onet_that_anybody_would_name(onet: RoleIndex, title: str, expected: set[str]) -> None:
    assert {named(other) for other in expected} <= suggestions(onet, title)


def test_neighbours_on_esco_that_anybody_would_name(esco: RoleIndex) -> None:
    expected = {named(title) for title in ("ICT application developer", "ICT system developer")}
    assert expected <= suggestions(esco, "software developer")
