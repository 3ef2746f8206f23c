"""Rating policies: by identity × outcome, and what a new version does to levels."""

from uuid import uuid4

import pytest

from services.skills.assessments.policies.rules import DEFAULT_POLICY, DEFAULT_WEIGHTS, Source
from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.skills.assessments.ledger import Ledger

POLICY = {"weights": {"self": 0.3, "manager": 1.0, "test": 0.5}, "half_life_days": 100, "minimum_peers": 4}


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 201),
        (client_with("skills:read"), 200, 403),
        (client_with("ratings:write"), 403, 201),
        (user(uuid4()), 200, 403),
        (None, 401, 401),
    ],
)
async def test_who_may_read_and_write(skills: Running, caller: Principal | None, reads: int, writes: int) -> None:
    assert (await skills.get("/v1/rating-policies", caller=caller)).status_code == reads
    assert (await skills.get("/v1/rating-policies/1", caller=caller)).status_code == reads
    assert (await skills.post("/v1/rating-policies", POLICY, caller=caller)).status_code == writes


async def test_every_installation_has_the_default_policy(skills: Running) -> None:
    (policy,) = (await skills.get("/v1/rating-policies")).json()["data"]
    assert policy["weights"] == {source.value: weight for source, weight in DEFAULT_WEIGHTS.items()}
    assert (policy["version"], policy["half_life_days"], policy["minimum_peers"]) == (
        DEFAULT_POLICY.version,
        DEFAULT_POLICY.half_life_days,
        DEFAULT_POLICY.minimum_peers,
    )
    assert (policy["tolerance"], policy["self_may_meet"]) == (DEFAULT_POLICY.tolerance, DEFAULT_POLICY.self_may_meet)


async def test_a_new_version_is_in_force_at_once_and_the_old_one_stays(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.MANAGER, 2, ledger.shop.lea)
    await ledger.rate(Source.TEST, 4)
    assert (await ledger.level())["level"] == pytest.approx(3.1111)
    answer = await skills.post("/v1/rating-policies", POLICY)
    assert (answer.json()["version"], answer.headers["location"]) == (2, "/v1/rating-policies/2")
    # (1.0 · 2 + 0.5 · 4) / 1.5
    assert (await ledger.level())["level"] == pytest.approx(2.6667)
    assert (await skills.get("/v1/rating-policies/1")).json()["weights"]["test"] == 1.0
    assert (await skills.get("/v1/rating-policies/3")).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"weights": {"gossip": 1}},
        {"weights": {"self": 2}},
        {"half_life_days": 0},
        {"minimum_peers": 2},
        {"tolerance": -1},
        {"colour": "red"},
    ],
)
async def test_an_odd_policy_is_refused(skills: Running, fields: dict[str, object]) -> None:
    assert (await skills.post("/v1/rating-policies", {**POLICY, **fields})).status_code == 422


@pytest.mark.parametrize("weights", [{}, {"self": 0}, {"self": 0, "test": 0.0}])
async def test_some_source_counts(skills: Running, weights: dict[str, float]) -> None:
    answer = await skills.post("/v1/rating-policies", {"weights": weights})
    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, ["/weights"])
    assert len((await skills.get("/v1/rating-policies")).json()["data"]) == 1
