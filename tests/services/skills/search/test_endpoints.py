"""The search through its endpoints: current at once, in the caller's language, in one framework if wanted."""

import asyncio
import threading
from collections.abc import Iterable
from typing import Any
from unittest.mock import DEFAULT, AsyncMock
from uuid import UUID

import pytest

from services.skills.search import finder
from services.skills.search.repository import SkillLabels
from tests.harness import Running
from tests.services.skills.imports.jobs import import_files
from tests.services.skills.taxonomy.test_endpoints import make_framework, make_skill


async def hits(skills: Running, query: str, **params: Any) -> list[dict[str, Any]]:
    answer = await skills.get("/v1/skills/search", params={"q": query, **params})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def test_a_new_skill_is_found_at_once_by_any_label(skills: Running) -> None:
    assert await hits(skills, "virtual conference") == []
    skill = await make_skill(skills, (await make_framework(skills))["id"])
    for typed in ("vidoe meeting", "virtual conf", "Virtuelle Konferenz"):
        first = (await hits(skills, typed))[0]
        assert (first["id"], first["skill"]["label"]) == (skill["id"], "Use virtual conference tools")
    assert (await hits(skills, "vidoe meeting"))[0]["matched_label"] == "video meetings"


async def test_a_changed_skill_is_found_by_its_new_name_only(skills: Running) -> None:
    skill = await make_skill(skills, (await make_framework(skills))["id"])
    assert await hits(skills, "conference")
    patch = {"labels": {"en": "Hold webinars", "de": None}, "alternative_labels": None}
    changed = await skills.patch(f"/v1/skills/{skill['id']}", patch, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert await hits(skills, "conference") == []
    assert [hit["id"] for hit in await hits(skills, "webinras")] == [skill["id"]]


async def test_drafts_are_not_found(skills: Running) -> None:
    await make_skill(skills, (await make_framework(skills))["id"], status="draft")
    assert await hits(skills, "conference") == []


async def test_one_framework_only(skills: Running) -> None:
    ours = await make_framework(skills)
    theirs = await make_framework(skills, uri="https://other.example/skills")
    await make_skill(skills, ours["id"])
    other = await make_skill(skills, theirs["id"])
    assert len(await hits(skills, "conference")) == 2
    assert [hit["id"] for hit in await hits(skills, "conference", framework_id=theirs["id"])] == [other["id"]]
    unknown = await skills.get("/v1/skills/search", params={"q": "a", "framework_id": "lms:none"})
    assert unknown.status_code == 422


async def test_the_label_is_in_the_callers_language(skills: Running) -> None:
    await make_skill(skills, (await make_framework(skills))["id"])
    answer = await skills.get("/v1/skills/search", params={"q": "conference"}, headers={"Accept-Language": "de"})
    assert answer.json()["data"][0]["label"] == "Virtuelle Konferenzen nutzen"


async def test_a_near_duplicate_is_warned_of(skills: Running) -> None:
    framework = await make_framework(skills)
    skill = await make_skill(skills, framework["id"])
    assert skill["near_duplicates"] == []
    again = await make_skill(
        skills, framework["id"], uri="https://shop.example/again", labels={"en": "Use virtual conferencing tools"}
    )
    assert [near["id"] for near in again["near_duplicates"]] == [skill["id"]]
    other = await make_skill(skills, framework["id"], uri="https://shop.example/o", labels={"en": "Repair bicycles"})
    assert other["near_duplicates"] == []


async def test_a_text_names_skills_with_their_place(skills: Running) -> None:
    skill = await make_skill(skills, (await make_framework(skills))["id"])
    text = "You moderate video meetings."
    answer = await skills.post("/v1/skills/extract", {"text": text})
    mention = answer.json()["data"][0]
    assert (mention["skill"]["id"], text[mention["start"] : mention["end"]]) == (skill["id"], "video meetings")
    assert mention["confidence"] > 0.8
    sure = await skills.post("/v1/skills/extract", {"text": text, "min_confidence": 1})
    assert sure.json()["data"] == []


@pytest.mark.parametrize("query", ["", "?q=", f"?q={'a' * 201}", "?q=a&limit=0", "?q=a&limit=51"])
async def test_bad_questions(skills: Running, query: str) -> None:
    answer = await skills.get(f"/v1/skills/search{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "a", "language": "not a tag"}, {"text": "a", "more": 1}])
async def test_bad_texts(skills: Running, body: dict[str, Any]) -> None:
    assert (await skills.post("/v1/skills/extract", body)).status_code == 422


async def test_of_equals_the_skill_that_may_still_be_asked_for_comes_first(skills: Running) -> None:
    framework, other = await make_framework(skills), await make_framework(skills, uri="https://shop.example/old")
    label = {"en": "Repair bicycles"}
    uses = {"uri": "https://shop.example/bicycles", "labels": label}
    new = await make_skill(skills, framework["id"], **uses)
    old = await make_skill(skills, other["id"], **uses, status="deprecated")
    found = (await skills.get("/v1/skills/search?q=repair bicycles")).json()["data"]
    assert [hit["id"] for hit in found] == [new["id"], old["id"]]


FRAMEWORK = {"framework_uri": "https://a.example", "framework_title": "A"}


def hold_up(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Who indexes more than a few skills waits for this."""
    opened, part = threading.Event(), finder._Part

    def held(skills: list[SkillLabels], ids: Iterable[UUID]) -> finder._Part:
        assert len(skills) <= FEW or opened.wait(60)
        return part(skills, ids)

    monkeypatch.setattr(finder, "_Part", held)
    monkeypatch.setattr(finder, "MANY_CHANGES", FEW)
    return opened


async def all_are_found(skills: Running, query: str, number: int) -> None:
    while True:
        if len(await hits(skills, query)) == number:
            return
        await asyncio.sleep(0.01)


FEW = 3
MANY = "".join(f"urn:a:{number},Weave pattern {number}\n" for number in range(FEW + 2))


async def test_while_much_is_indexed_the_rest_is_found(skills: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    old = await make_skill(skills, (await make_framework(skills))["id"])
    assert [hit["id"] for hit in await hits(skills, "conference")] == [old["id"]]
    made = hold_up(monkeypatch)
    await import_files(skills, "skills_csv", {"a.csv": "uri,label\n" + MANY}, **FRAMEWORK)
    assert [hit["id"] for hit in await hits(skills, "conference")] == [old["id"]]
    assert await hits(skills, "weave") == []
    new = await make_skill(skills, old["framework_id"], uri="urn:shop:loom", labels={"en": "Mend looms"})
    assert [hit["id"] for hit in await hits(skills, "mend loom")] == [new["id"]]
    made.set()
    await all_are_found(skills, "weave", FEW + 2)
    for query, skill in (("conference", old), ("mend loom", new)):
        assert [hit["id"] for hit in await hits(skills, query)] == [skill["id"]]


async def test_the_few_that_an_import_brings_are_found_at_once(
    skills: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await make_skill(skills, (await make_framework(skills))["id"])
    assert await hits(skills, "conference")
    rows = "urn:a:1,Weave\nurn:a:2,Spin\n"
    monkeypatch.setattr(finder.SkillFinder, "_renew", AsyncMock())
    await import_files(skills, "skills_csv", {"a.csv": "uri,label\n" + rows}, **FRAMEWORK)
    assert [hit["skill"]["label"] for hit in await hits(skills, "spin")] == ["Spin"]
    await import_files(skills, "skills_csv", {"a.csv": "uri,label\nurn:a:1,Knit\n"}, **FRAMEWORK)
    assert await hits(skills, "weave") == []
    assert [hit["skill"]["label"] for hit in await hits(skills, "knit")] == ["Knit"]
    assert [hit["id"] for hit in await hits(skills, "conference")] == [old["id"]]


async def test_an_index_that_could_not_be_made_is_made_at_the_next_look(
    skills: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_skill(skills, (await make_framework(skills))["id"])
    assert await hits(skills, "conference")
    read = AsyncMock(side_effect=[OSError("away"), DEFAULT], wraps=skills.app.state.skill_finder._read)
    monkeypatch.setattr(skills.app.state.skill_finder, "_read", read)
    monkeypatch.setattr(finder, "MANY_CHANGES", FEW)
    await import_files(skills, "skills_csv", {"a.csv": "uri,label\n" + MANY}, **FRAMEWORK)
    await all_are_found(skills, "weave", FEW + 2)
    assert read.await_count >= 2
