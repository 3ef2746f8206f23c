"""Ratings by file: every rule of a single rating holds, and nothing is entered twice."""

from tests.harness import Running, client_with
from tests.services.skills.imports.jobs import ended, errors_of, import_files

PEOPLE = (
    "external_id,user_name,manager_id,hired_on\nE1,lea@shop.example,,2020-01-01\nE2,mia@shop.example,E1,2024-03-01\n"
)
ROLES = "external_id,title,skill,level\nR1,Marketer,Market on social media,3\n"
SKILL = "https://shop.example/market-on-social-media"
RATINGS = (
    "person_id,skill_id,level,source,assessor_id,assessed_at,note,external_id\n"
    f"E2,{SKILL},1,self,E2,2026-01-01,,\n"
    f"E2,{SKILL},2,manager,E1,2026-01-02T10:00:00Z,Has posted twice,\n"
    f"E2,{SKILL},3,test,,2026-01-03,,LMS-7\n"
)


async def prepare(skills: Running) -> None:
    await import_files(skills, "people_csv", {"people.csv": PEOPLE})
    await import_files(skills, "roles_csv", {"roles.csv": ROLES}, framework_uri="https://shop.example")


async def test_ratings_enter_the_ledger_and_raise_the_level(skills: Running) -> None:
    await prepare(skills)
    job = await import_files(skills, "ratings_csv", {"ratings.csv": RATINGS})
    assert job["counts"] == {"created": 3, "updated": 0, "unchanged": 0, "retired": 0, "rejected": 0}
    levels = (await skills.get("/v1/people/hris:E2/skills")).json()["data"]
    assert len(levels) == 1
    assert 2 < levels[0]["level"] < 3
    ratings = (await skills.get("/v1/ratings?person_id=hris:E2")).json()["data"]
    assert [(rating["source"], rating["level"]) for rating in ratings] == [("self", 1), ("manager", 2), ("test", 3)]


async def test_the_same_ratings_again_change_nothing(skills: Running) -> None:
    await prepare(skills)
    await import_files(skills, "ratings_csv", {"ratings.csv": RATINGS})
    again = await import_files(skills, "ratings_csv", {"ratings.csv": RATINGS})
    assert again["counts"] == {"created": 0, "updated": 0, "unchanged": 3, "retired": 0, "rejected": 0}
    other = await import_files(skills, "ratings_csv", {"ratings.csv": RATINGS.replace(",3,test", ",2,test")})
    assert await errors_of(skills, other) == [(4, "recorded_otherwise")]
    assert len((await skills.get("/v1/ratings?person_id=hris:E2")).json()["data"]) == 3


async def test_rows_that_break_a_rule_are_reported_and_the_others_entered(skills: Running) -> None:
    await prepare(skills)
    rows = (
        "person_id,skill_id,level,source,assessor_id,assessed_at\n"
        f"E2,{SKILL},7,test,,2026-01-01\n"
        f"E2,{SKILL},2,manager,E2,2026-01-01\n"
        f"E9,{SKILL},2,test,,2026-01-01\n"
        "E2,https://shop.example/juggling,2,test,,2026-01-01\n"
        f"E2,{SKILL},2,test,,2999-01-01\n"
        f"E1,{SKILL},2,self,E1,2026-01-01\n"
    )
    job = await import_files(skills, "ratings_csv", {"ratings.csv": rows})
    assert job["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "retired": 0, "rejected": 5}
    assert await errors_of(skills, job) == [
        (5, "unknown_skill"),
        (2, "level_outside_scale"),
        (3, "invalid_input"),
        (4, "invalid_input"),
        (6, "invalid_input"),
    ]


async def test_managers_rate_in_the_time_in_which_they_led(skills: Running) -> None:
    await prepare(skills)
    move = (
        "external_id,user_name,manager_id,effective_from\n"
        "E3,kim@shop.example,E1,2024-01-01\n"
        "E2,mia@shop.example,E3,2025-07-01\n"
        "E4,pat@shop.example,,2024-01-01\n"
    )
    await import_files(skills, "people_csv", {"people.csv": move})
    rows = (
        "person_id,skill_id,level,source,assessor_id,assessed_at\n"
        f"E2,{SKILL},2,manager,E3,2025-06-30\n"  # not yet
        f"E2,{SKILL},2,manager,E1,2025-06-30\n"
        f"E2,{SKILL},2,manager,E3,2025-07-01\n"
        f"E2,{SKILL},2,manager,E1,2025-07-01\n"  # one level further up by now
        f"E2,{SKILL},2,manager,E4,2025-07-01\n"  # never was
        f"E3,{SKILL},2,peer,E4,2025-07-01\n"
        f"E3,{SKILL},2,peer,E2,2025-06-30\n"  # no report of theirs yet
        f"E3,{SKILL},2,peer,E2,2025-07-01\n"  # a report by now
    )
    job = await import_files(skills, "ratings_csv", {"ratings.csv": rows})
    assert await errors_of(skills, job) == [(2, "invalid_input"), (6, "invalid_input"), (9, "invalid_input")]
    assert job["counts"]["created"] == 5


async def test_only_who_may_act_for_others_names_an_assessor(skills: Running) -> None:
    await prepare(skills)
    answer = await skills.post(
        "/v1/imports?format=ratings_csv",
        content=RATINGS.encode(),
        headers={"Content-Type": "text/csv"},
        caller=client_with("ratings:write"),
    )
    job = await ended(skills, answer.headers["location"])
    assert (job["counts"]["created"], job["counts"]["rejected"]) == (1, 2)
    assert await errors_of(skills, job) == [(2, "forbidden"), (3, "forbidden")]
