"""The level that resulted from each entry of the ledger: what anybody would have read right after it."""

from typing import Any
from uuid import UUID

import pytest

from services.skills.assessments.policies.rules import Source
from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.skills.assessments.ledger import Ledger, ago, ahead
from tests.services.skills.statements import statements_of
from tests.services.skills.stories import made

ANY = {"If-Match": "*"}


async def entries_of(ledger: Ledger, **query: str) -> list[tuple[str, float | None]]:
    """Everything in Mia's ledger in the order in which it was recorded: what was done, and what resulted."""
    ratings = (await ledger.service.get("/v1/ratings", params={"person_id": ledger.shop.mia, **query})).json()["data"]
    done = [(r["recorded_at"], r["id"], r["source"], r["resulting_level"]) for r in ratings]
    done += [(e["recorded_at"], "~", e["kind"], e["resulting_level"]) for r in ratings for e in r["entries"]]
    return [(kind, level) for *_, kind, level in sorted(done)]


async def act(ledger: Ledger, rating: dict[str, Any], action: str, **body: str) -> dict[str, Any]:
    answer = await ledger.service.post(f"/v1/ratings/{rating['id']}/{action}", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_each_entry_tells_the_level_that_could_be_read_after_it(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    told: list[tuple[str, float | None]] = []

    async def note(kind: str, resulting: float | None) -> None:
        level = (await ledger.level()).get("level")
        assert resulting == level, kind
        told.append((kind, level))

    given: dict[Source, dict[str, Any]] = {}
    for source, level, assessor in (
        (Source.SELF, 5, ledger.shop.mia),
        (Source.MANAGER, 2, ledger.shop.lea),
        (Source.TEST, 3, None),
        (Source.LEARNING, 4, None),
        (Source.EXPERT, 5, ledger.shop.kim),
    ):
        given[source] = await ledger.rate(source, level, assessor)
        await note(source, given[source]["resulting_level"])
    for source, action, body, kind in (
        (Source.LEARNING, "revoke", {}, "revoked"),
        (Source.EXPERT, "dispute", {"acting_person_id": ledger.shop.mia}, "disputed"),
        (Source.EXPERT, "answer", {"outcome": "dismissed"}, "dismissed"),
        (Source.TEST, "dispute", {"acting_person_id": ledger.shop.mia}, "disputed"),
        (Source.TEST, "answer", {"outcome": "upheld"}, "upheld"),
    ):
        rating = await act(ledger, given[source], action, **body)
        await note(kind, rating["entries"][-1]["resulting_level"])
        assert rating["resulting_level"] == given[source]["resulting_level"]
    assert len({level for _, level in told}) > 5
    assert await entries_of(ledger) == told
    one = (await skills.get(f"/v1/ratings/{given[Source.TEST]['id']}")).json()
    assert one["resulting_level"] == given[Source.TEST]["resulting_level"]


async def test_nothing_that_comes_later_changes_it(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    first = await ledger.rate(Source.TEST, 2, assessed_at=ago(days=1), expires_at=ahead(seconds=1))
    await ledger.rate(Source.MANAGER, 4, ledger.shop.lea, assessed_at=ago(days=1))
    before = await entries_of(ledger)
    backdated = await ledger.rate(Source.CERTIFICATION, 5, assessed_at=ago(days=400))
    await act(ledger, backdated, "revoke")
    policy = (await skills.get("/v1/rating-policies?limit=1")).json()["data"][0]
    weights = {**policy["weights"], "test": 0.0}
    kept = {"half_life_days", "minimum_peers", "self_may_meet", "tolerance"}
    await made(skills, "/v1/rating-policies", {**{k: policy[k] for k in kept}, "weights": weights})
    assert (await ledger.level())["level"] == 4
    assert (await entries_of(ledger))[:2] == before
    levels = [level for _, level in before]
    assert levels[0] == 2
    assert 2 < (levels[1] or 0) < 4
    assert (await skills.get(f"/v1/ratings/{first['id']}")).json()["resulting_level"] == 2


async def test_it_is_on_the_scale_of_then(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.TEST, 4)
    framework = (await skills.get(f"/v1/skills/{ledger.skill}")).json()["framework_id"]
    steps = {"title": "Three steps", "levels": [{"level": n, "title": f"Step {n}"} for n in (1, 2, 3)]}
    three = (await made(skills, "/v1/scales", steps))["id"]
    mapping = {"1": 1, "2": 1, "3": 2, "4": 2, "5": 3}
    body = {"to_scale_id": three, "mapping": mapping}
    migrated = await skills.post(f"/v1/frameworks/{framework}/scale-migrations", body, headers=ANY)
    assert migrated.status_code < 300, migrated.text
    later = await ledger.rate(Source.CERTIFICATION, 3)
    levels = [level for _, level in await entries_of(ledger)]
    assert levels[0] == 4
    assert levels[1] == later["resulting_level"] == (await ledger.level())["level"]
    assert 2 < later["resulting_level"] < 3


async def test_an_array_tells_the_level_after_each_item(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    items = [ledger.body(Source.TEST, level) for level in (2, 5)]
    results = (await skills.post("/v1/ratings", items)).json()["data"]
    assert [result["rating"]["resulting_level"] for result in results] == [2, 5]
    assert await entries_of(ledger) == [("test", 2), ("test", 5)]


async def test_peers_and_what_is_appended_to_them_have_none(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    given = await ledger.peers(1, 5, 5)
    assert (await ledger.level())["level"] == 3.5
    assert [rating["resulting_level"] for rating in given] == [None] * 3
    revoked = await act(ledger, given[0], "revoke")
    assert (revoked["resulting_level"], revoked["entries"][0]["resulting_level"]) == (None, None)
    listed = (await skills.get("/v1/ratings?source=peer")).json()["data"]
    assert [rating["resulting_level"] for rating in listed] == [None] * len(listed)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("mia", True), ("lea", True), ("top", True), ("kim", False)],
)
async def test_only_who_may_read_the_levels_is_told(skills: Running, who: str, sees: bool) -> None:
    """Kim, an expert who is not above Mia, reads what he said, and not what came of it."""
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.MANAGER, 1, ledger.shop.lea)
    kim = user(UUID(ledger.shop.kim))
    given = (await skills.post("/v1/ratings", ledger.body(Source.EXPERT, 5), caller=kim)).json()
    assert given["resulting_level"] is None
    caller = user(UUID(getattr(ledger.shop, who)))
    one = (await skills.get(f"/v1/ratings/{given['id']}", caller=caller)).json()
    listed = (await skills.get("/v1/ratings", caller=caller)).json()["data"]
    assert one in listed
    assert (one["level"], one["resulting_level"]) == (5, 3 if sees else None)


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        (ADMIN, True),
        (client_with("ratings:write", "people:read"), True),
        (client_with("ratings:write"), False),
    ],
)
async def test_a_client_that_only_sends_ratings_is_not_told(skills: Running, caller: Principal, sees: bool) -> None:
    ledger = await Ledger.start(skills)
    body = ledger.body(Source.TEST, 3)
    one = (await skills.post("/v1/ratings", body, caller=caller)).json()
    many = (await skills.post("/v1/ratings", [body], caller=caller)).json()["data"][0]["rating"]
    revoked = (await skills.post(f"/v1/ratings/{one['id']}/revoke", {}, caller=caller)).json()
    expected = 3 if sees else None
    assert [one["resulting_level"], many["resulting_level"], revoked["resulting_level"]] == [expected] * 3
    assert revoked["entries"][0]["resulting_level"] == expected


async def test_a_page_costs_the_same_number_of_statements_whatever_is_on_it(skills: Running) -> None:
    ledger = await Ledger.start(skills)

    async def count(limit: int) -> int:
        statements = await statements_of(skills, f"/v1/ratings?limit={limit}")
        assert "JOIN" in "".join(statements)
        return len(statements)

    for level in (1, 2, 3, 4):
        rating = await ledger.rate(Source.MANAGER, level, ledger.shop.lea)
        await act(ledger, rating, "dispute", acting_person_id=ledger.shop.mia)
    assert await count(1) == await count(4)
