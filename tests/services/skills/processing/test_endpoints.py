"""The switches: who may see and turn them, and what they tell."""

from uuid import UUID

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with, user
from tests.services.skills.stories import make_shop, told

PATH = "/v1/settings/processing"
ALL_ON = {
    "peer_ratings": True,
    "scorecard": True,
    "expert_finder": True,
    "behaviour_ratings": True,
    "aspirations_visible_to_leader": True,
}


def switches(body: dict[str, object]) -> dict[str, object]:
    return {name: body[name] for name in ALL_ON}


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 200),
        (client_with("skills:read"), 200, 403),
        (client_with("people:read"), 200, 403),
        (client_with("people:write", "skills:write", "ratings:write"), 403, 403),
        (None, 401, 401),
    ],
)
async def test_everybody_reads_and_administrators_turn(
    skills: Running, caller: Principal | None, reads: int, writes: int
) -> None:
    assert (await skills.get(PATH, caller=caller)).status_code == reads
    turned = await skills.patch(PATH, {"scorecard": False}, caller=caller, headers={"If-Match": "*"})
    assert turned.status_code == writes


async def test_people_may_know_what_is_done_with_their_data(skills: Running) -> None:
    shop = await make_shop(skills)
    answer = await skills.get(PATH, caller=user(UUID(shop.mia)))
    assert (answer.status_code, switches(answer.json())) == (200, ALL_ON)
    turned = await skills.patch(PATH, {"scorecard": False}, caller=user(UUID(shop.lea)), headers={"If-Match": "*"})
    assert turned.status_code == 403


async def test_a_switch_is_turned_told_and_seen_by_neighbours(skills: Running) -> None:
    etag = (await skills.get(PATH)).headers["etag"]
    off = await skills.patch(PATH, {"scorecard": False, "expert_finder": False}, headers={"If-Match": etag})
    assert switches(off.json()) == {**ALL_ON, "scorecard": False, "expert_finder": False}
    stale = await skills.patch(PATH, {"scorecard": True}, headers={"If-Match": etag})
    assert stale.status_code == 412
    internal = (await skills.get("/internal/settings/processing", caller=NEIGHBOUR)).json()
    assert internal == switches(off.json())
    [fact] = await told(skills, "processing_settings:current", 1)
    assert fact["type"] == "skills.processing_settings.changed.v1"
    assert fact["data"] == {**switches(off.json()), "changed": ["expert_finder", "scorecard"]}


async def test_what_is_off_already_is_no_news(skills: Running) -> None:
    for _ in range(2):
        answer = await skills.patch(PATH, {"scorecard": False}, headers={"If-Match": "*"})
        assert answer.status_code == 200
    assert len(await told(skills, "processing_settings:current", 2)) == 1


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"scorecard": None}, "/scorecard"),
        ({"scorecard": "sometimes"}, "/scorecard"),
        ({"horoscope": True}, "/horoscope"),
    ],
)
async def test_what_is_no_switch_is_refused(skills: Running, patch: dict[str, object], pointer: str) -> None:
    answer = await skills.patch(PATH, patch, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await skills.patch(PATH, {"scorecard": False})).status_code == 428
