"""From the request to the evidence, through the API: who may do what, and what each move leaves behind."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, client_with, user
from tests.services.enrollment.shop import Shop

PORTAL = client_with("enrollments:read", "enrollments:write", "act")
LMS = client_with("enrollments:write")


def administrator() -> Principal:
    """An L&D administrator who is signed in."""
    return Principal("user", "user-ld", frozenset({"admin"}), uuid4())


async def test_the_loop_from_the_request_to_the_pending_evidence(shop: Shop) -> None:
    offering = await shop.offering()
    requested = await shop.request(shop.mia, offering)
    assert requested["status"] == "requested"
    assert requested["allowed"] == ["approve", "decline", "withdraw"]
    assert requested["approver_ids"] == [str(shop.lea)]
    assert requested["evidence"] is None
    assert await shop.seats(offering) == (0, 0)

    approved = await shop.act(requested, "approve", shop.lea, reason="Agreed in our talk")
    assert approved["status"] == "enrolled"
    assert await shop.seats(offering) == (1, 0)

    completed = await shop.act(approved, "complete", shop.lea, completed_at=None, results=None, reason="24 hours done")
    assert completed["status"] == "completed"
    assert completed["evidence"] == {"status": "pending", "rating_ids": []}
    assert completed["results"] == [{"skill_id": str(shop.marketing), "from_level": 1, "level": 3}]
    assert completed["allowed"] == ["revoke"]
    assert completed["credential_id"]
    assert await shop.seats(offering) == (0, 0)

    moves = [(line["action"], line["to_status"], line["actor"]["kind"]) for line in await shop.timeline(requested)]
    assert moves == [
        ("request", "requested", "client"),
        ("approve", "approved", "person"),
        ("enroll", "enrolled", "house"),
        ("complete", "completed", "person"),
    ]
    approval = (await shop.timeline(requested))[1]
    assert approval["actor"] == {"kind": "person", "person_id": str(shop.lea), "client_id": "administrator"}
    assert approval["reason"] == "Agreed in our talk"


async def test_every_move_is_told_and_no_fact_holds_a_name_or_somebodys_words(shop: Shop) -> None:
    offering = await shop.offering()
    enrollment = await shop.enrolled(shop.mia, offering)
    await shop.act(enrollment, "start")
    await shop.act(enrollment, "complete", shop.lea, reason="She did it with a cold")
    await shop.act(enrollment, "revoke", shop.lea, reason="Wrong person")
    told = await shop.told_of(enrollment)
    assert told == ["requested", "approved", "enrolled", "started", "completed", "revoked"]
    facts = dict(await shop.facts())
    completed = facts["enrollment.enrollment.completed.v1"]
    assert completed["person_id"] == str(shop.mia)
    assert completed["program_id"] == str(shop.program)
    assert completed["results"] == [{"skill_id": str(shop.marketing), "from_level": 1.0, "level": 3.0}]
    assert completed["actor_person_id"] == str(shop.lea)
    assert "cold" not in str(facts)
    assert "mia" not in str(facts)


NOBODY = client_with("people:read")


@pytest.mark.parametrize(
    ("caller", "reads", "asks"),
    [
        (ADMIN, 200, 201),
        (client_with("enrollments:read"), 200, 403),
        (LMS, 403, 201),
        (NOBODY, 403, 403),
        (None, 401, 401),
    ],
)
async def test_which_clients_may_read_and_ask(shop: Shop, caller: Principal | None, reads: int, asks: int) -> None:
    offering = await shop.offering()
    enrollment = await shop.request(shop.mia, offering)
    one = f"/v1/enrollments/{enrollment['id']}"
    for path in ("/v1/enrollments", one, f"{one}/timeline"):
        assert (await shop.service.get(path, caller=caller)).status_code == reads
    body = {"person_id": "hris:tom", "offering_id": offering["id"]}
    assert (await shop.service.post("/v1/enrollments", body, caller=caller)).status_code == asks


WHO = ("mia", "lea", "anna", "tom", "rita", "facilitator", "administrator")


def signed_in(shop: Shop, name: str, facilitator: UUID) -> Principal:
    if name == "administrator":
        return administrator()
    return user(facilitator if name == "facilitator" else getattr(shop, name))


@pytest.mark.parametrize(
    ("name", "reads", "asks"),
    [
        ("mia", 200, 201),
        ("lea", 200, 201),
        ("anna", 200, 201),
        ("facilitator", 200, 422),
        ("administrator", 200, 201),
        ("tom", 404, 422),
        ("rita", 404, 422),
    ],
)
async def test_which_people_see_and_ask_for_mia(shop: Shop, name: str, reads: int, asks: int) -> None:
    facilitator = shop.skills.add_person("facilitator")
    offering = await shop.offering(facilitator_id=str(facilitator), capacity=5)
    caller = signed_in(shop, name, facilitator)
    body = {"person_id": str(shop.mia), "offering_id": offering["id"]}
    assert (await shop.service.post("/v1/enrollments", body, caller=caller)).status_code == asks
    if asks == 422:
        await shop.request(shop.mia, offering)
    enrollment = (await shop.service.get("/v1/enrollments")).json()["data"][0]
    one = f"/v1/enrollments/{enrollment['id']}"
    assert (await shop.service.get(one, caller=caller)).status_code == reads
    assert (await shop.service.get(f"{one}/timeline", caller=caller)).status_code == reads
    of_mia = (await shop.service.get(f"/v1/enrollments?person_id={shop.mia}", caller=caller)).json()["data"]
    assert [row["id"] for row in of_mia] == ([enrollment["id"]] if reads == 200 else [])


async def test_a_foreign_enrollment_answers_exactly_as_a_missing_one(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    missing = str(uuid4())
    for suffix in ("", "/timeline"):
        foreign = (await shop.service.get(f"/v1/enrollments/{enrollment['id']}{suffix}", caller=user(shop.tom))).json()
        absent = (await shop.service.get(f"/v1/enrollments/{missing}{suffix}", caller=user(shop.tom))).json()
        assert {**foreign, "request_id": 0, "detail": foreign["detail"].replace(enrollment["id"], missing)} == {
            **absent,
            "request_id": 0,
        }


@pytest.mark.parametrize("action", ["approve", "decline"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lea", 200),
        ("administrator", 200),
        ("mia", 403),
        ("anna", 403),
        ("facilitator", 403),
        ("tom", 404),
        ("rita", 404),
    ],
)
async def test_who_may_answer_a_request(shop: Shop, name: str, expected: int, action: str) -> None:
    facilitator = shop.skills.add_person("facilitator")
    enrollment = await shop.request(shop.mia, await shop.offering(facilitator_id=str(facilitator)))
    caller = signed_in(shop, name, facilitator)
    await shop.act(enrollment, action, caller=caller, expect=expected, reason="Because")


@pytest.mark.parametrize(
    ("action", "body"), [("start", {}), ("complete", {}), ("no-show", {}), ("withdraw", {}), ("approve", {})]
)
@pytest.mark.parametrize("name", WHO)
async def test_who_may_move_an_enrolled_person(shop: Shop, name: str, action: str, body: dict[str, Any]) -> None:
    facilitator = shop.skills.add_person("facilitator")
    enrollment = await shop.enrolled(shop.mia, await shop.offering(facilitator_id=str(facilitator)))
    may = {
        "start": {"mia", "lea", "anna", "facilitator", "administrator"},
        "complete": {"lea", "anna", "facilitator", "administrator"},
        "no-show": {"lea", "anna", "facilitator", "administrator"},
        "withdraw": {"mia", "lea", "anna", "administrator"},
        "approve": set[str](),
    }[action]
    refused = 404 if name in {"tom", "rita"} else 409 if action == "approve" else 403
    expected = 200 if name in may else refused
    await shop.act(enrollment, action, caller=signed_in(shop, name, facilitator), expect=expected, **body)


async def test_a_client_names_the_acting_person_only_with_the_scope_act(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    refused = await shop.act(enrollment, "approve", shop.lea, caller=LMS, expect=403)
    assert refused["type"] == "urn:upskill:problem:may-not-act"
    alone = await shop.act(enrollment, "approve", caller=PORTAL, expect=403)
    assert alone["type"] == "urn:upskill:problem:person-needed"
    as_tom = await shop.act(enrollment, "approve", shop.tom, caller=PORTAL, expect=403)
    assert as_tom["type"] == "urn:upskill:problem:move-not-yours"
    as_mia = await shop.act(enrollment, "approve", shop.mia, caller=ADMIN, expect=403)
    assert as_mia["type"] == "urn:upskill:problem:own-approval"
    by_reference = {"acting_person_id": "hris:lea"}
    answer = await shop.service.post(f"/v1/enrollments/{enrollment['id']}/approve", by_reference, caller=PORTAL)
    assert answer.json()["status"] == "enrolled"
    last = (await shop.timeline(enrollment))[1]["actor"]
    assert last == {"kind": "person", "person_id": str(shop.lea), "client_id": PORTAL.id}


async def test_a_signed_in_user_acts_as_nobody_else(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    refused = await shop.act(enrollment, "approve", shop.lea, caller=user(shop.mia), expect=403)
    assert refused["type"] == "urn:upskill:problem:may-not-act"
    await shop.act(enrollment, "approve", shop.lea, caller=user(shop.lea))


async def test_an_illegal_move_names_the_allowed_ones(shop: Shop) -> None:
    enrollment = await shop.enrolled(shop.mia, await shop.offering())
    refused = await shop.act(enrollment, "approve", shop.lea, expect=409)
    assert refused["type"] == "urn:upskill:problem:illegal-move"
    assert refused["allowed"] == ["start", "complete", "no-show", "withdraw"]
    assert refused["current"] == "enrolled"
    await shop.act(enrollment, "start")
    assert (await shop.act(enrollment, "no-show", expect=409))["allowed"] == ["complete", "fail", "withdraw"]
    assert (await shop.act(enrollment, "fail", shop.lea))["status"] == "failed"


async def test_declining_needs_a_reason_and_leaves_it_in_the_timeline(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    nothing = await shop.act(enrollment, "decline", shop.lea, expect=422)
    assert [fault["pointer"] for fault in nothing["errors"]] == ["/reason"]
    declined = await shop.act(enrollment, "decline", shop.lea, reason="Short of people in March; try May.")
    assert (declined["status"], declined["allowed"]) == ("declined", [])
    assert (await shop.timeline(enrollment))[-1]["reason"] == "Short of people in March; try May."


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/person_id"),
        ({"person_id": "hris:nobody", "offering_id": "OFFERING"}, "/person_id"),
        ({"person_id": "hris:mia"}, "/"),
        ({"person_id": "hris:mia", "offering_id": "OFFERING", "program_id": "OFFERING"}, "/"),
        ({"person_id": "hris:mia", "offering_id": "0198c0de-0000-7000-8000-000000000000"}, "/offering_id"),
        ({"person_id": "hris:mia", "offering_id": "lms:RUN-9"}, "/offering_id"),
        ({"person_id": "hris:mia", "program_id": "lms:nothing"}, "/program_id"),
        ({"person_id": "hris:mia", "offering_id": "OFFERING", "priority": 1}, "/priority"),
        ({"person_id": "hris:mia", "offering_id": "OFFERING", "acting_person_id": "hris:nobody"}, "/acting_person_id"),
        ({"person_id": "hris:gone", "offering_id": "OFFERING"}, "/person_id"),
        ({"person_id": "hris:mia", "offering_id": "OFFERING", "plan_item_id": str(uuid4())}, "/plan_item_id"),
    ],
)
async def test_a_wrong_request_is_named_and_leaves_nothing(shop: Shop, body: dict[str, Any], pointer: str) -> None:
    shop.skills.add_person("gone", active=False)
    offering = await shop.offering()
    sent = {name: offering["id"] if value == "OFFERING" else value for name, value in body.items()}
    answer = await shop.service.post("/v1/enrollments", sent)
    assert answer.status_code == 422, answer.text
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert (await shop.service.get("/v1/enrollments")).json()["data"] == []
    assert await shop.told() == []


async def test_nobody_takes_part_twice_and_everybody_may_come_again(shop: Shop) -> None:
    offering = await shop.offering()
    first = await shop.request(shop.mia, offering)
    body = {"person_id": str(shop.mia), "offering_id": offering["id"]}
    again = await shop.service.post("/v1/enrollments", body)
    assert again.status_code == 409
    assert again.json()["enrollment_id"] == first["id"]
    await shop.act(first, "withdraw", shop.mia)
    assert (await shop.request(shop.mia, offering))["id"] != first["id"]


async def test_a_program_without_a_dated_run_is_joined_directly_and_has_no_seats(shop: Shop) -> None:
    mentoring = shop.programs.add("Mentoring", format="mentorship")
    body = {"person_id": str(shop.mia), "program_id": str(mentoring)}
    requested = (await shop.service.post("/v1/enrollments", body)).json()
    assert requested["offering_id"] is None
    approved = await shop.act(requested, "approve", shop.lea)
    assert approved["status"] == "enrolled"
    completed = await shop.act(requested, "complete", shop.lea)
    assert completed["evidence"]["status"] == "not_applicable"


async def test_a_program_with_dated_runs_is_joined_through_one_of_them(shop: Shop) -> None:
    await shop.offering()
    body = {"person_id": str(shop.mia), "program_id": str(shop.program)}
    refused = await shop.service.post("/v1/enrollments", body)
    assert refused.json()["type"] == "urn:upskill:problem:offering-needed"


async def test_outside_the_enrollment_window_nobody_asks(shop: Shop) -> None:
    offering = await shop.offering(starts_at="2026-11-24T10:00:00Z")
    shop.watch.forward(days=1)
    body = {"person_id": str(shop.mia), "offering_id": offering["id"]}
    refused = await shop.service.post("/v1/enrollments", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:upskill:problem:enrollment-closed")


async def test_stated_results_stand_and_what_nobody_taught_is_refused(shop: Shop) -> None:
    enrollment = await shop.enrolled(shop.mia, await shop.offering())
    marketing, foreign = str(shop.marketing), str(uuid4())
    wrong = await shop.act(enrollment, "complete", shop.lea, expect=422, results=[{"skill_id": foreign, "level": 1}])
    assert [fault["pointer"] for fault in wrong["errors"]] == ["/results/0/skill_id"]
    future = await shop.act(enrollment, "complete", shop.lea, expect=422, completed_at="2026-12-01T00:00:00Z")
    assert [fault["pointer"] for fault in future["errors"]] == ["/completed_at"]
    completed = await shop.act(
        enrollment,
        "complete",
        shop.lea,
        results=[{"skill_id": marketing, "level": 2}],
        completed_at="2026-11-20T15:30:00+01:00",
        score=87.5,
    )
    assert completed["results"] == [{"skill_id": marketing, "from_level": 1, "level": 2}]
    assert (completed["completed_at"], completed["score"]) == ("2026-11-20T14:30:00Z", 87.5)


async def test_no_results_at_all_is_a_completion_without_evidence(shop: Shop) -> None:
    enrollment = await shop.enrolled(shop.mia, await shop.offering())
    completed = await shop.act(enrollment, "complete", shop.lea, results=[])
    assert completed["evidence"]["status"] == "not_applicable"


async def test_lists_filter_by_their_natural_keys(shop: Shop) -> None:
    offering = await shop.offering(capacity=1)
    mia, tom = await shop.enrolled(shop.mia, offering), await shop.enrolled(shop.tom, offering)

    async def listed(query: str) -> list[str]:
        return [row["id"] for row in (await shop.service.get(f"/v1/enrollments?{query}")).json()["data"]]

    assert await listed("") == [mia["id"], tom["id"]]
    assert await listed("status=waitlisted") == [tom["id"]]
    assert await listed("person_id=hris:tom") == [tom["id"]]
    assert await listed(f"manager_id={shop.lea}&offering_id={offering['id']}") == [mia["id"], tom["id"]]
    assert await listed(f"manager_id={shop.anna}") == []
    assert await listed(f"program_id={shop.program}&ids={tom['id']}") == [tom["id"]]
    assert await listed("updated_since=2100-01-01T00:00:00Z") == []
    first = (await shop.service.get("/v1/enrollments?limit=1")).json()
    rest = (await shop.service.get(f"/v1/enrollments?limit=1&cursor={first['next_cursor']}")).json()
    assert [row["id"] for row in first["data"] + rest["data"]] == [mia["id"], tom["id"]]


async def test_a_repeated_request_is_answered_with_the_same_bytes(shop: Shop) -> None:
    offering = await shop.offering()
    body = {"person_id": str(shop.mia), "offering_id": offering["id"]}
    headers = {"Idempotency-Key": "ask-1"}
    first = await shop.service.post("/v1/enrollments", body, headers=headers)
    again = await shop.service.post("/v1/enrollments", body, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert await shop.told() == ["requested"]


async def test_a_revoked_completion_waits_for_its_evidence_to_be_taken_back(shop: Shop) -> None:
    enrollment = await shop.enrolled(shop.mia, await shop.offering())
    await shop.act(enrollment, "complete", shop.lea)
    revoked = await shop.act(enrollment, "revoke", shop.lea, reason="The wrong Mia")
    assert (revoked["status"], revoked["allowed"]) == ("revoked", [])
    assert "enrollment.enrollment.revoked.v1" in dict(await shop.facts())
