"""Ratings: who may rate whom as what, and what the ledger does with it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.skills.assessments.policies.rules import Source
from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with, user
from tests.services.skills.assessments.ledger import Ledger, ago, ahead
from tests.services.skills.stories import told


@pytest.mark.parametrize(
    ("caller", "reads", "measures", "names"),
    [
        (ADMIN, 200, 201, 201),
        (client_with("people:read"), 200, 403, 403),
        (client_with("ratings:write"), 403, 201, 403),
        (client_with("ratings:write", "act"), 403, 201, 201),
        (client_with("skills:write"), 403, 403, 403),
        (None, 401, 401, 401),
    ],
)
async def test_clients_measure_by_scope_and_name_assessors_by_act(
    skills: Running, caller: Principal | None, reads: int, measures: int, names: int
) -> None:
    ledger = await Ledger.start(skills)
    measured = await skills.post("/v1/ratings", ledger.body(Source.TEST, 3), caller=caller)
    assert measured.status_code == measures
    named = await skills.post("/v1/ratings", ledger.body(Source.MANAGER, 3, ledger.shop.lea), caller=caller)
    assert named.status_code == names
    assert (await skills.get("/v1/ratings", caller=caller)).status_code == reads
    rating = await ledger.rate(Source.CERTIFICATION, 3)
    assert (await skills.get(f"/v1/ratings/{rating['id']}", caller=caller)).status_code == reads
    revoked = await skills.post(f"/v1/ratings/{rating['id']}/revoke", {}, caller=caller)
    assert revoked.status_code == (200 if measures == 201 else measures)


async def test_people_rate_as_themselves(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    expected = {
        (shop.mia, Source.SELF, None): 201,
        (shop.mia, Source.SELF, shop.mia): 201,
        (shop.lea, Source.MANAGER, None): 201,
        (shop.top, Source.MANAGER, shop.top): 201,
        (shop.pat, Source.PEER, None): 201,
        (shop.kim, Source.EXPERT, None): 201,
        (shop.kim, Source.SUPERVISOR, None): 201,
        (shop.kim, Source.MANAGER, None): 422,
        (shop.kim, Source.MANAGER, shop.lea): 403,
        (shop.lea, Source.PEER, None): 422,
        (shop.lea, Source.SELF, None): 422,
        (shop.mia, Source.EXPERT, None): 422,
        (shop.mia, Source.TEST, None): 403,
    }
    for (person, source, assessor), status in expected.items():
        answer = await skills.post("/v1/ratings", ledger.body(source, 3, assessor), caller=user(UUID(person)))
        assert answer.status_code == status, (source, answer.text)


async def test_a_report_is_no_peer(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    body = {**ledger.body(Source.PEER, 3, ledger.shop.mia), "person_id": ledger.shop.lea}
    answer = await skills.post("/v1/ratings", body)
    assert answer.json()["errors"] == [
        {"pointer": "/assessor_id", "detail": "The assessor reports to the person, so this is no peer rating."}
    ]


async def test_managers_are_those_of_the_time_of_the_assessment(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    before = ago(seconds=0)
    await skills.patch(f"/v1/people/{shop.mia}", {"manager_id": shop.kim}, headers={"If-Match": "*"})
    await ledger.rate(Source.MANAGER, 3, shop.kim)
    await ledger.rate(Source.MANAGER, 3, shop.lea, assessed_at=before)
    now_wrong = await skills.post("/v1/ratings", ledger.body(Source.MANAGER, 3, shop.lea))
    then_wrong = await skills.post("/v1/ratings", ledger.body(Source.MANAGER, 3, shop.kim, assessed_at=before))
    not_hired = await skills.post(
        "/v1/ratings", ledger.body(Source.MANAGER, 3, shop.lea, assessed_at="2023-01-01T00:00:00Z")
    )
    assert [now_wrong.status_code, then_wrong.status_code, not_hired.status_code] == [422, 422, 422]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"level": 6}, "/level"),
        ({"level": 2.5}, "/level"),
        ({"level": -1}, "/level"),
        ({"level": "three"}, "/level"),
        ({"source": "gossip"}, "/source"),
        ({"person_id": str(uuid4())}, "/person_id"),
        ({"person_id": "hris:NOBODY"}, "/person_id"),
        ({"skill_id": str(uuid4())}, "/skill_id"),
        ({"assessor_id": str(uuid4())}, "/assessor_id"),
        ({"assessor_id": None}, "/assessor_id"),
        ({"cycle_id": str(uuid4())}, "/cycle_id"),
        ({"assessed_at": ahead(hours=1)}, "/assessed_at"),
        ({"assessed_at": "2026-01-01T00:00:00"}, "/assessed_at"),
        ({"expires_at": ago(days=1)}, "/expires_at"),
        ({"url": "not a url"}, "/url"),
        ({"mood": "good"}, "/mood"),
    ],
)
async def test_what_is_wrong_with_a_rating_is_named(skills: Running, fields: dict[str, Any], pointer: str) -> None:
    ledger = await Ledger.start(skills)
    answer = await skills.post("/v1/ratings", {**ledger.body(Source.MANAGER, 3, ledger.shop.lea), **fields})
    assert answer.status_code == 422, answer.text
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}
    assert await ledger.level() == {}


async def test_a_draft_is_not_rated(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    framework_id = (await skills.get(f"/v1/skills/{ledger.skill}")).json()["framework_id"]
    draft = {"framework_id": framework_id, "uri": "https://shop.example/draft", "labels": {"en": "Draft"}}
    skill_id = (await skills.post("/v1/skills", draft)).json()["id"]
    answer = await skills.post("/v1/ratings", {**ledger.body(Source.TEST, 3), "skill_id": skill_id})
    assert answer.json()["errors"][0]["pointer"] == "/skill_id"


async def test_nobody_is_rated_after_leaving(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    left = {"left_on": "2026-01-31", "leave_reason": "voluntary"}
    await skills.patch(f"/v1/people/{ledger.shop.mia}", left, headers={"If-Match": "*"})
    answer = await skills.post("/v1/ratings", ledger.body(Source.TEST, 3))
    assert answer.json()["errors"][0]["pointer"] == "/assessed_at"
    await ledger.rate(Source.TEST, 3, assessed_at="2026-01-15T00:00:00Z")


async def test_revoking_restores_what_was_there_before(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.MANAGER, 2, ledger.shop.lea)
    later = await ledger.rate(Source.MANAGER, 4, ledger.shop.lea)
    assert (await ledger.level())["level"] == 4
    revoked = await skills.post(f"/v1/ratings/{later['id']}/revoke", {"reason": "Wrong person"})
    assert (revoked.status_code, revoked.json()["standing"]) == (200, "revoked")
    assert (await ledger.level())["level"] == 2
    again = await skills.post(f"/v1/ratings/{later['id']}/revoke", {})
    assert (again.status_code, again.json()["allowed"]) == (409, [])
    listed = (await skills.get(f"/v1/ratings?person_id={ledger.shop.mia}")).json()["data"]
    assert [rating["standing"] for rating in listed] == ["recorded", "revoked"]


async def test_a_dispute_stops_a_rating_until_somebody_answers(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    mia, lea, top = (user(UUID(id)) for id in (ledger.shop.mia, ledger.shop.lea, ledger.shop.top))
    rating = await ledger.rate(Source.MANAGER, 1, ledger.shop.lea)
    path = f"/v1/ratings/{rating['id']}"
    assert (await skills.post(f"{path}/dispute", {}, caller=lea)).status_code == 403
    assert (await skills.post(f"{path}/dispute", {}, caller=user(UUID(ledger.shop.kim)))).status_code == 404
    disputed = await skills.post(f"{path}/dispute", {"reason": "I ran the spring campaign"}, caller=mia)
    assert disputed.json()["standing"] == "disputed"
    assert await ledger.level() == {}
    answer = {"outcome": "dismissed", "reason": "We looked at it together"}
    assert (await skills.post(f"{path}/answer", answer, caller=mia)).status_code == 403
    assert (await skills.post(f"{path}/answer", answer, caller=lea)).status_code == 403
    assert (await skills.post(f"{path}/answer", answer, caller=top)).json()["standing"] == "recorded"
    assert (await ledger.level())["level"] == 1
    assert (await skills.post(f"{path}/answer", answer, caller=top)).status_code == 409
    await skills.post(f"{path}/dispute", {"acting_person_id": ledger.shop.mia})
    upheld = await skills.post(f"{path}/answer", {"outcome": "upheld"})
    assert upheld.json()["standing"] == "revoked"
    entries = upheld.json()["entries"]
    assert [entry["kind"] for entry in entries] == ["disputed", "dismissed", "disputed", "upheld"]
    assert (entries[0]["reason"], entries[0]["acting_person_id"]) == ("I ran the spring campaign", ledger.shop.mia)
    assert entries[1]["acting_person_id"] == ledger.shop.top


async def test_who_gave_a_rating_takes_it_back(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    rating = await ledger.rate(Source.MANAGER, 1, ledger.shop.lea)
    path = f"/v1/ratings/{rating['id']}/revoke"
    assert (await skills.post(path, {}, caller=user(UUID(ledger.shop.mia)))).status_code == 403
    assert (await skills.post(path, {}, caller=user(UUID(ledger.shop.kim)))).status_code == 404
    assert (await skills.post(path, {}, caller=user(UUID(ledger.shop.lea)))).status_code == 200


async def test_what_single_peers_said_is_nowhere_to_be_seen(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    pat = user(UUID(ledger.shop.pat))
    given = (await skills.post("/v1/ratings", ledger.body(Source.PEER, 4), caller=pat)).json()
    assert given["assessor_id"] is None
    path = f"/v1/ratings/{given['id']}"
    assert (await skills.get(path, caller=pat)).status_code == 200
    for other in (user(UUID(ledger.shop.mia)), user(UUID(ledger.shop.lea)), client_with("people:read"), ADMIN):
        assert (await skills.get(path, caller=other)).status_code == 404
        assert (await skills.get("/v1/ratings", caller=other)).json()["data"] == []
    assert [r["id"] for r in (await skills.get("/v1/ratings", caller=pat)).json()["data"]] == [given["id"]]
    events = await told(skills, f"person:{ledger.shop.mia}", 2)
    recorded = next(event for event in events if event["type"] == "skills.rating.recorded.v1")
    assert (recorded["data"]["assessor_id"], recorded["data"]["level"]) == (None, None)
    assert ledger.shop.pat not in str(recorded)


async def test_people_see_ratings_of_themselves_and_of_their_reports(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    rating = await ledger.rate(Source.TEST, 3)
    for person, seen in ((ledger.shop.mia, 1), (ledger.shop.lea, 1), (ledger.shop.kim, 0), (str(uuid4()), 0)):
        listed = (await skills.get("/v1/ratings", caller=user(UUID(person)))).json()["data"]
        assert len(listed) == seen
        one = await skills.get(f"/v1/ratings/{rating['id']}", caller=user(UUID(person)))
        assert one.status_code == (200 if seen else 404)
    unlinked = Principal("user", "unlinked")
    assert (await skills.get("/v1/ratings", caller=unlinked)).json()["data"] == []
    assert (await skills.get("/v1/people", caller=unlinked)).json()["data"] == []


async def test_an_array_is_answered_item_by_item(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    good, bad, odd = ledger.body(Source.TEST, 3), ledger.body(Source.TEST, 9), {"person_id": ledger.shop.mia}
    answer = await skills.post("/v1/ratings", [good, bad, odd, good])
    assert answer.status_code == 200
    results = answer.json()["data"]
    assert [(result["index"], result["status"]) for result in results] == [(0, 201), (1, 422), (2, 422), (3, 201)]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/level"
    assert {fault["pointer"] for fault in results[2]["problem"]["errors"]} == {"/skill_id", "/level", "/source"}
    assert results[0]["rating"]["level"] == 3
    assert len((await skills.get("/v1/ratings")).json()["data"]) == 2
    assert (await ledger.level())["level"] == 3
    assert (await skills.post("/v1/ratings", [])).status_code == 422
    assert (await skills.post("/v1/ratings", [good] * 501)).status_code == 422


async def test_evidence_is_written_once_and_taken_back(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.MANAGER, 1, ledger.shop.lea)
    path = "/internal/evidence/enrollment/E-1"
    body = {
        "person_id": ledger.shop.mia,
        "skills": [{"skill_id": ledger.skill, "level": 3}],
        "assessed_at": ahead(seconds=5),
        "unknown": "ignored",
    }
    assert (await skills.put(path, body)).status_code == 403
    first = await skills.put(path, body, caller=NEIGHBOUR)
    again = await skills.put(path, body, caller=NEIGHBOUR)
    assert (first.status_code, again.json()) == (200, first.json())
    level = await ledger.level()
    assert (level["level"], level["contributions"][0]["superseded_by"]) == (3, first.json()["rating_ids"][0])
    for _ in range(2):
        assert (await skills.delete(path, caller=NEIGHBOUR)).status_code == 204
    assert (await ledger.level())["level"] == 1
    anew = await skills.put(path, body, caller=NEIGHBOUR)
    assert anew.json() != first.json()
    assert (await ledger.level())["level"] == 3
    nobody = await skills.put(path + "2", {**body, "person_id": str(uuid4())}, caller=NEIGHBOUR)
    assert nobody.status_code == 404


async def test_what_happens_is_told(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    rating = await ledger.rate(Source.MANAGER, 2, ledger.shop.lea)
    await skills.post(f"/v1/ratings/{rating['id']}/revoke", {})
    events = await told(skills, f"person:{ledger.shop.mia}", 5)
    assert [event["type"] for event in events[1:]] == [
        "skills.rating.recorded.v1",
        "skills.level.changed.v1",
        "skills.rating.revoked.v1",
        "skills.level.changed.v1",
    ]
    assert (events[2]["data"]["before"], events[2]["data"]["level"]) == (None, 2)
    assert (events[4]["data"]["before"], events[4]["data"]["level"]) == (2, None)


async def test_a_recorded_rating_carries_the_etag_that_reading_it_answers_with(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    for headers in ({}, {"Idempotency-Key": "once"}, {"Idempotency-Key": "once"}):
        recorded = await skills.post("/v1/ratings", ledger.body(Source.TEST, 3), headers=headers)
        path, etag = recorded.headers["location"], recorded.headers["etag"]
        assert (await skills.get(path)).headers["etag"] == etag
        assert (await skills.get(path, headers={"If-None-Match": etag})).status_code == 304


@pytest.mark.parametrize("action", ["revoke", "dispute"])
async def test_a_reason_need_not_be_given(skills: Running, action: str) -> None:
    ledger = await Ledger.start(skills)
    rating = await ledger.rate(Source.MANAGER, 3, ledger.shop.lea)
    caller = user(UUID(ledger.shop.mia)) if action == "dispute" else ADMIN
    answer = await skills.post(f"/v1/ratings/{rating['id']}/{action}", caller=caller)
    assert (answer.status_code, answer.json()["entries"][0]["reason"]) == (200, None)
