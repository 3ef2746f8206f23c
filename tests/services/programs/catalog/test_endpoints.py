"""The catalogue's endpoints: what each promises, and what each refuses."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.programs.events import ProgramPublished
from tests.harness import ADMIN, NEIGHBOUR, Running, user
from tests.services.programs.catalog.stories import COURSE, ROTATION, make_program, told
from tests.services.programs.fakes import LEA, MARKETER, MIA, SOCIAL_MEDIA, TELEX, VIDEO_CALLS, FakeSkills

PUBLISHED, UPDATED, ARCHIVED = (f"programs.program.{verb}.v1" for verb in ("published", "updated", "archived"))

NOBODY = "00000000-0000-7000-8000-0000000000ff"


async def test_a_created_program_is_answered_whole(programs: Running) -> None:
    answer = await programs.post("/v1/programs", ROTATION)

    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["location"] == f"/v1/programs/{body['id']}"
    assert answer.headers["etag"] == '"1"'
    assert body["skills"] == [
        {"skill_id": str(SOCIAL_MEDIA.id), "label": "Market on social media", "from_level": 1.0, "to_level": 3.0}
    ]
    assert {name: body[name] for name in ("title", "format", "status", "hours", "cost", "delivery", "owner_id")} == {
        name: ROTATION[name] for name in ("title", "format", "status", "hours", "cost", "delivery", "owner_id")
    }
    assert body["details"] == {**ROTATION["details"], "source_role_id": None}
    assert body["allowed"] == ["archived"]
    assert body["needs_offering"] is True
    assert (await programs.get(answer.headers["location"])).json() == body


async def test_ids_may_be_those_of_other_systems(programs: Running) -> None:
    body = await make_program(
        programs,
        skills=[{"skill_id": "esco:social", "from_level": 1, "to_level": 3}],
        owner_id="hris:E1",
        details={"host_role_id": "hris:R-MKT", "rotation_weeks": 4},
    )

    assert body["skills"][0]["skill_id"] == str(SOCIAL_MEDIA.id)
    assert body["owner_id"] == str(LEA.id)
    assert body["details"]["host_role_id"] == str(MARKETER.id)


async def test_a_draft_may_be_incomplete_and_takes_its_hours_from_the_details(programs: Running) -> None:
    details = {"sponsor_id": str(LEA.id), "hours_per_week": 20, "weeks": 8, "vacancies": 1}
    body = await make_program(
        programs, {"title": "Lead the launch", "format": "stretch_assignment", "details": details}
    )

    assert (body["status"], body["hours"], body["skills"]) == ("draft", 160, [])
    assert [notice["code"] for notice in body["notices"]] == ["large_share_of_the_week"]


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"colour": "red"}, ["/colour"]),
        ({"title": ""}, ["/title"]),
        ({"format": "seminar"}, ["/format"]),
        ({"details": {"rotation_weeks": 4}}, ["/details/host_role_id"]),
        ({"details": {**ROTATION["details"], "colour": "red"}}, ["/details/colour"]),
        (
            {"details": {**ROTATION["details"], "host_role_id": NOBODY}},
            ["/details/host_role_id"],
        ),
        ({"owner_id": "hris:nobody"}, ["/owner_id"]),
        (
            {"skills": [{"skill_id": NOBODY, "from_level": 1, "to_level": 3}]},
            ["/skills/0/skill_id"],
        ),
        ({"skills": [{"skill_id": str(TELEX.id), "from_level": 1, "to_level": 3}]}, ["/skills/0/skill_id"]),
        ({"skills": [{**ROTATION["skills"][0], "to_level": 6}]}, ["/skills/0/to_level"]),
        ({"skills": [{**ROTATION["skills"][0], "from_level": 3}]}, ["/skills/0"]),
        ({"skills": ROTATION["skills"] * 2}, ["/skills/1/skill_id"]),
        ({"skills": []}, ["/skills"]),
        ({"hours": None}, ["/hours"]),
        ({"hours": -1}, ["/hours"]),
        ({"cost": {"amount": "1.005", "currency": "EUR"}}, ["/cost/amount"]),
        ({"cost": {"amount": "1.00", "currency": "euro"}}, ["/cost/currency"]),
        ({"prerequisites": [{"program_id": NOBODY}]}, ["/prerequisites/0/program_id"]),
        (
            {"prerequisites": [{"skill_id": NOBODY, "level": 1}]},
            ["/prerequisites/0/skill_id"],
        ),
        ({"prerequisites": [{"skill_id": str(VIDEO_CALLS.id), "level": 9}]}, ["/prerequisites/0/level"]),
        ({"prerequisites": [{"skill_id": str(SOCIAL_MEDIA.id), "level": 3}]}, ["/prerequisites/0/level"]),
        ({"prerequisites": [{"skill_id": str(VIDEO_CALLS.id)}]}, ["/prerequisites/0"]),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_wrong_input_is_named_at_its_place(
    programs: Running, changes: dict[str, Any], pointers: list[str]
) -> None:
    answer = await programs.post("/v1/programs", {**ROTATION, **changes})

    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == pointers
    assert (await programs.get("/v1/programs")).json()["data"] == []
    assert await told(programs) == []


async def test_a_program_is_found_by_its_filters(programs: Running) -> None:
    rotation = await make_program(programs)
    course = await make_program(programs, COURSE, description="How to post with 100% calm")

    async def found(query: str) -> list[str]:
        answer = await programs.get(f"/v1/programs?{query}")
        assert answer.status_code == 200, answer.text
        return [program["id"] for program in answer.json()["data"]]

    assert await found("") == [rotation["id"], course["id"]]
    assert await found("format=course") == [course["id"]]
    assert await found("status=published") == [rotation["id"]]
    assert await found(f"skill_id={SOCIAL_MEDIA.id}") == [rotation["id"]]
    assert await found("skill_id=esco:social") == [rotation["id"]]
    assert await found("owner_id=hris:E1") == [rotation["id"]]
    assert await found(f"owner_id={MIA.id}") == []
    assert await found("q=BASICS%20social") == [course["id"]]
    assert await found("q=100%25") == [course["id"]]
    assert await found("q=1_0") == []
    assert await found("q=market%20on") == [rotation["id"]]
    assert await found(f"ids={course['id']},{uuid4()}") == [course["id"]]


@pytest.mark.parametrize("query", ["format=seminar", "status=gone", "skill_id=x", "skill_id=esco:none", "limit=0"])
async def test_a_wrong_filter_is_refused(programs: Running, query: str) -> None:
    assert (await programs.get(f"/v1/programs?{query}")).status_code == 422


async def test_pages_follow_one_another(programs: Running) -> None:
    ids = [(await make_program(programs, COURSE, title=f"Course {number}"))["id"] for number in range(5)]
    first = await programs.get("/v1/programs?limit=3")
    second = await programs.get(f"/v1/programs?limit=3&cursor={first.json()['next_cursor']}")

    assert [program["id"] for page in (first, second) for program in page.json()["data"]] == ids
    assert second.json()["next_cursor"] is None


async def test_delta_sync_shows_what_is_gone(programs: Running) -> None:
    program = await make_program(programs, COURSE)
    since = program["updated_at"].replace("+", "%2B")
    await programs.delete(f"/v1/programs/{program['id']}", headers={"If-Match": '"1"'})

    assert (await programs.get("/v1/programs")).json()["data"] == []
    changed = (await programs.get(f"/v1/programs?updated_since={since}")).json()["data"]
    assert [(found["id"], found["deleted"]) for found in changed] == [(program["id"], True)]


async def test_a_patch_merges_and_needs_the_present_version(programs: Running) -> None:
    path = f"/v1/programs/{(await make_program(programs))['id']}"
    patch = {"hours": 30, "cost": None, "details": {"rotation_weeks": 6}}

    assert (await programs.patch(path, patch)).status_code == 428
    assert (await programs.patch(path, patch, headers={"If-Match": '"7"'})).status_code == 412
    answer = await programs.patch(path, patch, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    body = answer.json()
    assert (body["hours"], body["cost"], body["details"]["rotation_weeks"]) == (30, None, 6)
    assert body["details"]["host_role_id"] == str(MARKETER.id)
    assert body["title"] == ROTATION["title"]


async def test_a_patch_that_changes_nothing_keeps_the_version(programs: Running) -> None:
    path = f"/v1/programs/{(await make_program(programs))['id']}"
    answer = await programs.patch(path, {"title": ROTATION["title"]}, headers={"If-Match": "*"})

    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert (await programs.patch(path, {}, headers={"If-Match": '"2"'})).status_code == 412
    assert await told(programs) == [PUBLISHED]


async def test_a_patch_is_refused_as_a_whole_at_its_place(programs: Running) -> None:
    path = f"/v1/programs/{(await make_program(programs))['id']}"
    answer = await programs.patch(path, {"hours": 9, "details": {"host_role_id": None}}, headers={"If-Match": "*"})

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/details/host_role_id"]
    assert (await programs.get(path)).json()["hours"] == 24


async def test_a_patch_asks_only_for_what_is_new(programs: Running, skills: FakeSkills) -> None:
    """A skill, a role or a person that has left since does not keep the rest from being changed."""
    path = f"/v1/programs/{(await make_program(programs))['id']}"
    skills.skills, skills.roles, skills.people = {}, {}, {}
    answer = await programs.patch(path, {"hours": 30}, headers={"If-Match": "*"})

    assert (answer.status_code, answer.json()["skills"][0]["label"]) == (200, "Market on social media")
    assert (await programs.patch(path, {"owner_id": str(MIA.id)}, headers={"If-Match": "*"})).status_code == 422


async def test_a_life_from_draft_to_archive_and_back_is_told(programs: Running) -> None:
    path = f"/v1/programs/{(await make_program(programs, status='draft'))['id']}"
    for patch in ({"status": "published"}, {"hours": 30}, {"status": "archived"}, {"status": "published"}):
        answer = await programs.patch(path, patch, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text

    assert await told(programs) == [PUBLISHED, UPDATED, ARCHIVED, PUBLISHED]


async def test_a_fact_holds_what_readers_need(programs: Running) -> None:
    program = await make_program(programs)
    async with programs.app.state.database.reading() as session:
        outbox = programs.app.state.database.kernel.outbox
        row = (await session.execute(outbox.select())).mappings().one()

    fact = ProgramPublished.model_validate(row["data"])
    assert row["subject"] == f"program:{program['id']}"
    assert (fact.title, fact.format, fact.hours) == (ROTATION["title"], "cross_training", 24)
    assert [(skill.skill_id, skill.to_level) for skill in fact.skills] == [(SOCIAL_MEDIA.id, 3)]


async def test_an_illegal_status_is_a_conflict_that_names_the_allowed_ones(programs: Running) -> None:
    path = f"/v1/programs/{(await make_program(programs))['id']}"
    answer = await programs.patch(path, {"status": "draft"}, headers={"If-Match": "*"})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:upskill:problem:illegal-status")
    assert answer.json()["allowed"] == ["archived"]


async def test_only_a_complete_program_is_published(programs: Running) -> None:
    path = f"/v1/programs/{(await make_program(programs, COURSE))['id']}"
    answer = await programs.patch(path, {"status": "published"}, headers={"If-Match": "*"})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:upskill:problem:not-publishable")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/skills", "/hours"]


async def test_a_draft_takes_another_format_with_other_details(programs: Running) -> None:
    draft = f"/v1/programs/{(await make_program(programs, status='draft'))['id']}"
    published = f"/v1/programs/{(await make_program(programs))['id']}"
    patch = {"format": "mentorship", "details": {"weeks": 12, "sessions": 6, "reverse": True}}
    answer = await programs.patch(draft, patch, headers={"If-Match": "*"})

    assert answer.status_code == 200, answer.text
    assert answer.json()["details"] == {"weeks": 12, "sessions": 6, "reverse": True, "max_mentees": 2}
    refused = await programs.patch(published, patch, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:upskill:problem:format-fixed")


async def test_prerequisites_are_shown_with_their_names_in_their_order(programs: Running) -> None:
    basics = await make_program(programs, COURSE)
    entry = {"skill_id": str(VIDEO_CALLS.id), "level": 2}
    body = await make_program(programs, prerequisites=[entry, {"program_id": basics["id"]}])

    assert body["prerequisites"] == [
        {"program_id": None, "skill_id": str(VIDEO_CALLS.id), "level": 2.0, "title": "Hold video calls"},
        {"program_id": basics["id"], "skill_id": None, "level": None, "title": "Social media basics"},
    ]


async def test_a_bare_id_is_a_prerequisite_too(programs: Running) -> None:
    basics = await make_program(programs, COURSE)
    body = await make_program(programs, prerequisites=[basics["id"]])

    assert [asked["program_id"] for asked in body["prerequisites"]] == [basics["id"]]


async def test_prerequisites_form_no_cycle(programs: Running) -> None:
    first = await make_program(programs, title="First")
    second = await make_program(programs, title="Second", prerequisites=[{"program_id": first["id"]}])
    third = await make_program(programs, title="Third", prerequisites=[{"program_id": second["id"]}])
    answer = await programs.patch(
        f"/v1/programs/{first['id']}", {"prerequisites": [third["id"]]}, headers={"If-Match": "*"}
    )

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:upskill:problem:prerequisite-cycle")
    assert answer.json()["cycle"] == [first["id"], third["id"], second["id"], first["id"]]
    itself = await programs.patch(
        f"/v1/programs/{first['id']}", {"prerequisites": [first["id"]]}, headers={"If-Match": "*"}
    )
    assert itself.status_code == 422


async def test_two_that_need_each_other_at_the_same_moment_form_no_cycle(programs: Running) -> None:
    ids = [(await make_program(programs, COURSE, title=f"Course {number}"))["id"] for number in range(4)]
    around = list(zip(ids, ids[1:] + ids[:1], strict=True))
    answers = await asyncio.gather(
        *(
            programs.patch(f"/v1/programs/{one}", {"prerequisites": [other]}, headers={"If-Match": "*"})
            for one, other in around
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 422]


async def test_a_program_that_others_need_is_not_deleted(programs: Running) -> None:
    basics = await make_program(programs)
    needy = await make_program(programs, prerequisites=[basics["id"]])
    answer = await programs.delete(f"/v1/programs/{basics['id']}", headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["programs"]) == (409, [needy["id"]])
    assert (await programs.delete(f"/v1/programs/{needy['id']}", headers={"If-Match": '"1"'})).status_code == 204
    assert (await programs.delete(f"/v1/programs/{basics['id']}", headers={"If-Match": '"1"'})).status_code == 204
    assert (await programs.get(f"/v1/programs/{basics['id']}")).status_code == 404
    assert (await told(programs))[-2:] == [ARCHIVED, ARCHIVED]


async def test_delete_needs_the_present_version(programs: Running) -> None:
    path = f"/v1/programs/{(await make_program(programs, COURSE))['id']}"

    assert (await programs.delete(path)).status_code == 428
    assert (await programs.delete(path, headers={"If-Match": '"2"'})).status_code == 412
    assert (await programs.get(path)).status_code == 200


async def test_another_system_keeps_its_programs_by_its_own_id(programs: Running) -> None:
    path = "/v1/programs/by-external-id/lms/C-17"
    created = await programs.put(path, COURSE)
    again = await programs.put(path, COURSE)
    replaced = await programs.put(path, {**COURSE, "title": "Social media for everybody"})

    assert [answer.status_code for answer in (created, again, replaced)] == [201, 200, 200]
    assert [answer.headers["etag"] for answer in (created, again, replaced)] == ['"1"', '"1"', '"2"']
    assert created.json()["external_ids"] == [{"source": "lms", "external_id": "C-17"}]
    assert (await programs.get("/v1/programs/lms:C-17")).json()["title"] == "Social media for everybody"
    assert (await programs.put(path, COURSE, headers={"If-Match": '"1"'})).status_code == 412


async def test_an_upsert_without_a_status_keeps_the_program_published(programs: Running) -> None:
    path = "/v1/programs/by-external-id/lms/C-17"
    await programs.put(path, ROTATION)
    answer = await programs.put(path, {name: value for name, value in ROTATION.items() if name != "status"})

    assert (answer.status_code, answer.json()["status"]) == (200, "published")


async def test_an_external_id_belongs_to_one_program(programs: Running) -> None:
    ids = [{"source": "lms", "external_id": "C-17"}]
    await make_program(programs, external_ids=ids)

    assert (await programs.post("/v1/programs", {**COURSE, "external_ids": ids})).status_code == 409


async def test_a_repeated_request_is_answered_once(programs: Running) -> None:
    headers = {"Idempotency-Key": "first"}
    first = await programs.post("/v1/programs", COURSE, headers=headers)
    second = await programs.post("/v1/programs", COURSE, headers=headers)

    assert first.content == second.content
    assert len((await programs.get("/v1/programs")).json()["data"]) == 1
    assert (await programs.post("/v1/programs", ROTATION, headers=headers)).status_code == 422


async def test_without_the_skills_service_nothing_is_written(programs: Running, skills: FakeSkills) -> None:
    skills.available = False

    answer = await programs.post("/v1/programs", ROTATION)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert (await programs.get("/v1/programs")).json()["data"] == []


async def test_neighbours_read_a_summary(programs: Running) -> None:
    program = await make_program(programs, external_ids=[{"source": "lms", "external_id": "C-17"}])
    answer = await programs.get("/internal/programs/lms:C-17", caller=NEIGHBOUR)

    assert answer.status_code == 200
    assert answer.json() == {
        "id": program["id"],
        "title": ROTATION["title"],
        "format": "cross_training",
        "status": "published",
        "skills": program["skills"],
        "hours": 24.0,
        "cost": ROTATION["cost"],
        "owner_id": str(LEA.id),
        "description": None,
    }
    assert (await programs.get("/internal/programs/lms:C-18", caller=NEIGHBOUR)).status_code == 404
    assert (await programs.get("/internal/programs/lms:C-17", caller=ADMIN)).status_code == 403


async def test_a_draft_is_its_owners_and_nobody_elses(programs: Running) -> None:
    draft = await make_program(programs, status="draft")
    path = f"/v1/programs/{draft['id']}"
    missing = f"/v1/programs/{uuid4()}"
    owner, other = user(LEA.id), user(MIA.id)

    assert (await programs.get(path, caller=owner)).status_code == 200
    assert [found["id"] for found in (await programs.get("/v1/programs", caller=owner)).json()["data"]] == [draft["id"]]
    refused, absent = await programs.get(path, caller=other), await programs.get(missing, caller=other)
    assert (refused.status_code, refused.json()["type"]) == (absent.status_code, absent.json()["type"])
    assert (await programs.get("/v1/programs", caller=other)).json()["data"] == []


async def test_the_documents_details_show_every_format(programs: Running) -> None:
    document = (await programs.http.get("/openapi.json")).json()
    schemas = document["components"]["schemas"]
    shapes = schemas["ProgramWrite"]["properties"]["details"]["anyOf"]

    assert {shape["$ref"].rpartition("/")[2] for shape in shapes} <= set(schemas)
    assert len(shapes) == len(schemas["ProgramWrite"]["properties"]["format"]["enum"]) == 6
