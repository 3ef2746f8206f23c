"""Recommendations through the door: a person's gaps or given ones, limits, reasons, and the bundle."""

from typing import Any
from uuid import uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.programs.catalog.stories import COURSE, ROTATION, make_program
from tests.services.programs.fakes import BOSS, LEA, MARKETER, MIA, SOCIAL_MEDIA, TOM, VIDEO_CALLS, FakeSkills, gap_item

ASKED: dict[str, Any] = {
    "person_id": str(MIA.id),
    "role_id": str(MARKETER.id),
    "horizon": "short",
    "max_hours": 40,
    "max_cost": {"amount": "500.00", "currency": "EUR"},
    "formats": ["cross_training", "course"],
}
SHORT_COURSE: dict[str, Any] = {
    **COURSE,
    "status": "published",
    "hours": 6,
    "skills": [{"skill_id": str(VIDEO_CALLS.id), "from_level": 0, "to_level": 3}],
}


async def ask(programs: Running, body: dict[str, Any] = ASKED, **fields: Any) -> dict[str, Any]:
    answer = await programs.post("/v1/recommendations", {**body, **fields})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_program_that_closes_the_gap_is_recommended_with_its_reasons(programs: Running) -> None:
    program = await make_program(programs)
    body = await ask(programs)

    (found,) = body["data"]
    assert found["program"]["id"] == program["id"]
    assert found["closes"] == [
        {"skill_id": str(SOCIAL_MEDIA.id), "label": "Market on social media", "from_level": 1.0, "to_level": 3.0}
    ]
    assert found["score"] == pytest.approx(sum(found["score_parts"].values()))
    assert [reason["code"] for reason in found["reasons"]] == [
        "closes_gap",
        "fits_level",
        "within_hours",
        "within_cost",
    ]
    assert (body["status"], body["weighted_gap"], body["role_id"]) == ("recommended", 3.5, str(MARKETER.id))


async def test_the_bundle_closes_everything_that_the_programs_can(programs: Running) -> None:
    await make_program(programs)
    await make_program(programs, SHORT_COURSE)
    bundle = (await ask(programs))["bundle"]

    assert {program["title"] for program in bundle["programs"]} == {ROTATION["title"], COURSE["title"]}
    assert bundle["cost"] == {"amount": "300.00", "currency": "EUR"}
    assert (bundle["hours"], bundle["weighted_gap_closed"], bundle["distance_from_optimum"]) == (30.0, 3.5, 0.0)


async def test_the_bundle_keeps_the_limits_that_each_program_keeps_alone(programs: Running) -> None:
    await make_program(programs)
    await make_program(programs, SHORT_COURSE)
    body = await ask(programs, max_hours=24)

    assert len(body["data"]) == 2
    assert [program["title"] for program in body["bundle"]["programs"]] == [ROTATION["title"]]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"max_hours": 23}, "too_many_hours"),
        ({"max_cost": {"amount": "299.99", "currency": "EUR"}}, "too_expensive"),
        ({"max_cost": {"amount": "9000.00", "currency": "USD"}}, "other_currency"),
        ({"formats": ["volunteer"]}, "other_format"),
    ],
)
async def test_what_breaks_a_limit_is_left_out_with_its_reason(
    programs: Running, limits: dict[str, Any], code: str
) -> None:
    await make_program(programs)
    body = await ask(programs, **limits)

    assert (body["status"], body["data"], body["bundle"]["programs"]) == ("no_programs", [], [])
    assert [(found["program"]["title"], found["reason"]["code"]) for found in body["left_out"]] == [
        (ROTATION["title"], code)
    ]


@pytest.mark.parametrize("status", ["draft", "archived"])
async def test_only_published_programs_are_recommended(programs: Running, status: str) -> None:
    await make_program(programs, status=status)

    assert (await ask(programs))["data"] == []


async def test_gaps_may_be_given_instead_of_a_person(programs: Running) -> None:
    program = await make_program(programs)
    given = [{"skill_id": "esco:social", "level": 1, "target_level": 3}]
    body = await ask(programs, {"gaps": given})

    assert [found["program"]["id"] for found in body["data"]] == [program["id"]]
    assert (body["person_id"], body["role_id"]) == (None, None)


async def test_without_limits_and_role_the_current_role_counts(programs: Running) -> None:
    await make_program(programs)
    body = await ask(programs, {"person_id": "hris:E2"})

    assert (body["status"], body["data"]) == ("no_open_gaps", [])


async def test_a_person_without_a_role_gets_an_empty_answer(programs: Running) -> None:
    assert (await ask(programs, {"person_id": str(TOM.id)}))["status"] == "no_role"


@pytest.mark.parametrize("status", ["met", "unverified", "exempt"])
async def test_what_is_not_open_is_not_learned(programs: Running, skills: FakeSkills, status: str) -> None:
    await make_program(programs)
    skills.gaps[(MIA.id, MARKETER.id)] = [gap_item(SOCIAL_MEDIA, 1, 3, 1.0, status=status)]

    assert (await ask(programs))["status"] == "no_open_gaps"


async def test_a_prerequisite_is_named_joins_the_bundle_and_may_be_done_already(programs: Running) -> None:
    basics = await make_program(programs, SHORT_COURSE)
    await make_program(programs, prerequisites=[basics["id"]])
    formats = ["cross_training", "course"]
    body = await ask(programs, formats=formats)
    rotation = next(found for found in body["data"] if found["program"]["title"] == ROTATION["title"])

    assert rotation["reasons"][-1]["text"] == "Needs Social media basics first."
    assert [program["title"] for program in body["bundle"]["programs"]] == [COURSE["title"], ROTATION["title"]]
    done = await ask(programs, completed_program_ids=[basics["id"]])
    assert [found["program"]["title"] for found in done["data"]] == [ROTATION["title"]]
    assert done["data"][0]["score_parts"]["prerequisites"] == 0.1


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"person_id": None}, ["/"]),
        ({"gaps": [{"skill_id": str(SOCIAL_MEDIA.id), "target_level": 3}]}, ["/"]),
        ({"role_id": "00000000-0000-7000-8000-0000000000ff"}, ["/role_id"]),
        ({"horizon": "soon"}, ["/horizon"]),
        ({"max_hours": -1}, ["/max_hours"]),
        ({"max_cost": {"amount": "5.00"}}, ["/max_cost/currency"]),
        ({"formats": ["seminar"]}, ["/formats/0"]),
        ({"formats": []}, ["/formats"]),
        ({"colour": "red"}, ["/colour"]),
    ],
    ids=str,
)
async def test_wrong_input_is_named_at_its_place(
    programs: Running, changes: dict[str, Any], pointers: list[str]
) -> None:
    answer = await programs.post("/v1/recommendations", {**ASKED, **changes})

    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == pointers


async def test_given_gaps_with_unknown_or_repeated_skills_are_named(programs: Running) -> None:
    known = {"skill_id": str(SOCIAL_MEDIA.id), "target_level": 3}
    gaps = [known, {"skill_id": str(uuid4()), "target_level": 3}, known]
    answer = await programs.post("/v1/recommendations", {"gaps": gaps})

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/gaps/1/skill_id", "/gaps/2/skill_id"]


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (ADMIN, 200),
        (client_with("programs:read", "people:read"), 200),
        (client_with("programs:read"), 403),
        (client_with("people:read"), 403),
        (user(MIA.id), 200),
        (user(LEA.id), 200),
        (user(BOSS.id), 200),
        (user(TOM.id), 404),
        (None, 401),
    ],
)
async def test_whose_gaps_may_be_asked_for(programs: Running, caller: Principal | None, status: int) -> None:
    assert (await programs.post("/v1/recommendations", ASKED, caller=caller)).status_code == status


async def test_a_deputy_asks_as_the_manager_does(programs: Running, skills: FakeSkills) -> None:
    skills.deputies[LEA.id] = (TOM.id,)

    assert (await programs.post("/v1/recommendations", ASKED, caller=user(TOM.id))).status_code == 200


async def test_a_foreign_person_is_answered_as_a_missing_one(programs: Running) -> None:
    foreign = await programs.post("/v1/recommendations", ASKED, caller=user(TOM.id))
    missing_id = str(uuid4())
    missing = await programs.post("/v1/recommendations", {**ASKED, "person_id": missing_id}, caller=user(TOM.id))

    without = {"request_id", "detail"}
    assert {k: v for k, v in foreign.json().items() if k not in without} == {
        k: v for k, v in missing.json().items() if k not in without
    }
    assert foreign.json()["detail"].replace(str(MIA.id), missing_id) == missing.json()["detail"]


async def test_a_client_may_ask_for_given_gaps_with_the_catalogues_scope_alone(programs: Running) -> None:
    body = {"gaps": [{"skill_id": str(SOCIAL_MEDIA.id), "target_level": 3}]}

    assert (await programs.post("/v1/recommendations", body, caller=client_with("programs:read"))).status_code == 200


async def test_a_repeated_question_gets_the_first_answer(programs: Running) -> None:
    headers = {"Idempotency-Key": "once"}
    first = await programs.post("/v1/recommendations", ASKED, headers=headers)
    await make_program(programs)
    again = await programs.post("/v1/recommendations", ASKED, headers=headers)

    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert (await programs.post("/v1/recommendations", {**ASKED, "limit": 1}, headers=headers)).status_code == 422


async def test_the_skills_service_is_needed(programs: Running, skills: FakeSkills) -> None:
    skills.available = False

    assert (await programs.post("/v1/recommendations", ASKED)).status_code == 503
