"""Assessment cycles: by identity × outcome, who owes what, and what closing freezes."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.skills.assessments.cycles.models import SnapshotLevel, SnapshotPerson
from services.skills.assessments.policies.rules import Source
from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.skills.assessments.cycles.quarter import CYCLE, make_cycle
from tests.services.skills.assessments.ledger import Ledger
from tests.services.skills.stories import made


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 201),
        (client_with("people:read"), 200, 403),
        (client_with("ratings:write"), 200, 201),
        (client_with("skills:write"), 403, 403),
        (user(uuid4()), 200, 403),
        (None, 401, 401),
    ],
)
async def test_who_may_read_and_write(skills: Running, caller: Principal | None, reads: int, writes: int) -> None:
    path = f"/v1/assessment-cycles/{(await make_cycle(skills))['id']}"
    other = f"/v1/assessment-cycles/{(await make_cycle(skills))['id']}"
    done = 200 if writes == 201 else writes
    assert (await skills.get("/v1/assessment-cycles", caller=caller)).status_code == reads
    assert (await skills.get(path, caller=caller)).status_code == reads
    assert (await skills.get(f"{path}/invitations", caller=caller)).status_code == reads
    assert (await skills.get(f"{path}/progress", caller=caller)).status_code == done
    assert (await skills.post("/v1/assessment-cycles", CYCLE, caller=caller)).status_code == writes
    current = {"If-Match": "*"}
    assert (await skills.patch(path, {"title": "Q4"}, caller=caller, headers=current)).status_code == done
    assert (await skills.post(f"{path}/remind", caller=caller)).status_code == done
    assert (await skills.post(f"{path}/close", {}, caller=caller)).status_code == done
    gone = await skills.delete(other, caller=caller, headers=current)
    assert gone.status_code == (204 if writes == 201 else writes)


@pytest.mark.parametrize(
    "fields",
    [
        {"closes_on": "2026-09-30"},
        {"kind": "weekly"},
        {"required_sources": ["gossip"]},
        {"audience": {"person_ids": ["hris:NOBODY"]}},
        {"audience": {"role_ids": [str(uuid4())]}},
        {"audience": {"everybody": True}},
        {"opens_on": "soon"},
    ],
)
async def test_an_odd_cycle_is_refused(skills: Running, fields: dict[str, Any]) -> None:
    answer = await skills.post("/v1/assessment-cycles", {**CYCLE, **fields})
    assert (answer.status_code, bool(answer.json()["errors"])) == (422, True)


async def test_dates_open_a_cycle(skills: Running) -> None:
    periods = {
        ("2026-01-01", "2099-12-31"): "open",
        ("2099-01-01", "2099-03-31"): "scheduled",
        ("2026-01-01", "2026-03-31"): "late",
    }
    for (opens_on, closes_on), status in periods.items():
        assert (await make_cycle(skills, opens_on=opens_on, closes_on=closes_on))["status"] == status


async def test_ratings_belong_to_open_cycles_and_their_audience(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    mine = await make_cycle(skills, audience={"org_unit_ids": [ledger.shop.sales]})
    await ledger.rate(Source.TEST, 3, cycle_id=mine["id"])
    other = await make_cycle(skills, audience={"person_ids": [ledger.shop.kim]})
    answer = await skills.post("/v1/ratings", ledger.body(Source.TEST, 3, cycle_id=other["id"]))
    assert answer.json()["errors"][0]["pointer"] == "/cycle_id"
    early = await make_cycle(skills, opens_on="2099-01-01")
    answer = await skills.post("/v1/ratings", ledger.body(Source.TEST, 3, cycle_id=early["id"]))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:upskill:problem:cycle-not-open")
    await skills.post(f"/v1/assessment-cycles/{mine['id']}/close", {})
    assert (await skills.post("/v1/ratings", ledger.body(Source.TEST, 3, cycle_id=mine["id"]))).status_code == 409


async def test_an_audience_is_of_people_units_and_roles(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    sub = await made(skills, "/v1/org-units", {"code": "Field sales", "parent_id": shop.sales})
    await skills.patch(f"/v1/people/{shop.pat}", {"org_unit": "Field sales"}, headers={"If-Match": "*"})
    audiences: list[tuple[dict[str, Any], int]] = [
        ({}, 5),
        ({"person_ids": ["hris:E2", shop.kim]}, 2),
        ({"org_unit_ids": [shop.sales]}, 3),
        ({"org_unit_ids": [sub["id"]], "person_ids": [shop.kim]}, 2),
        ({"role_ids": ["hris:R-SALES"]}, 2),
    ]
    for audience, people in audiences:
        cycle = await make_cycle(skills, audience=audience)
        progress = (await skills.get(f"/v1/assessment-cycles/{cycle['id']}/progress")).json()
        assert progress["people"] == people, audience


async def test_closing_freezes_people_and_levels_and_makes_the_next_cycle(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    cycle = await make_cycle(skills, closes_on="2026-12-31", audience={"role_ids": [shop.role]})
    await ledger.rate(Source.TEST, 3)
    path = f"/v1/assessment-cycles/{cycle['id']}"
    closed = await skills.post(f"{path}/close", {"create_next": True})
    assert closed.status_code == 200
    body = closed.json()
    assert (body["status"], closed.headers["etag"]) == ("closed", '"2"')
    following = (await skills.get(f"/v1/assessment-cycles/{body['next_cycle_id']}")).json()
    assert (following["title"], following["opens_on"], following["closes_on"]) == (
        "This quarter (2027 Q1)",
        "2027-01-01",
        "2027-03-31",
    )
    assert (following["previous_cycle_id"], following["audience"]) == (cycle["id"], cycle["audience"])
    assert following["required_sources"] == ["manager", "self"]

    await ledger.rate(Source.TEST, 5)
    snapshot_id = UUID(body["snapshot_id"])
    async with skills.app.state.database.reading() as session:
        people = await session.execute(select(SnapshotPerson).where(col(SnapshotPerson.snapshot_id) == snapshot_id))
        levels = await session.execute(select(SnapshotLevel).where(col(SnapshotLevel.snapshot_id) == snapshot_id))
    assert {str(person.person_id) for person in people.scalars()} == {shop.mia, shop.pat}
    assert [(str(level.person_id), level.level) for level in levels.scalars()] == [(shop.mia, 3.0)]

    assert (await skills.post(f"{path}/close", {})).json()["type"] == "urn:upskill:problem:cycle-closed"
    patched = await skills.patch(path, {"title": "Other"}, headers={"If-Match": "*"})
    assert patched.status_code == 409
    assert (await skills.post(f"{path}/remind")).status_code == 409


async def test_closing_lets_waiting_peers_in(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    cycle = await make_cycle(skills)
    await ledger.peers(2, 2, 2)
    await ledger.peers(4, cycle_id=cycle["id"])
    assert (await ledger.level())["level"] == 2
    await skills.post(f"/v1/assessment-cycles/{cycle['id']}/close", {})
    assert ((await ledger.level())["level"], (await ledger.level())["contributions"][0]["raters"]) == (2.5, 4)


async def test_a_cycle_with_ratings_is_closed_not_deleted(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    cycle = await make_cycle(skills)
    await ledger.rate(Source.TEST, 3, cycle_id=cycle["id"])
    answer = await skills.delete(f"/v1/assessment-cycles/{cycle['id']}", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:upskill:problem:cycle-has-ratings")
