"""The demo organisation's data files: complete, consistent, and with the stories that they are there for."""

from collections import Counter
from datetime import date

import pytest

from deploy.demo.organisation import Organisation, day, moment, read_organisation
from services.programs.formats.registry import FORMATS

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return read_organisation()


def test_dates_count_from_today() -> None:
    assert day("today", TODAY) == "2026-11-23"
    assert day("today-30", TODAY) == "2026-10-24"
    assert day("today+8", TODAY) == "2026-12-01"
    assert day(None, TODAY) is None
    assert moment("today+1", TODAY) == "2026-11-24T09:00:00Z"
    assert moment("today+1 17:30", TODAY) == "2026-11-24T17:30:00Z"
    with pytest.raises(ValueError, match="yesterday"):
        day("yesterday", TODAY)


def test_it_is_as_large_as_a_retailer_s_head_office_with_three_shops(organisation: Organisation) -> None:
    assert len(organisation.people) >= 60
    assert len(organisation.roles) >= 12
    assert len([skill for skill in organisation.skills if skill["group"]]) >= 40
    assert {program["format"] for program in organisation.programs} == set(FORMATS)
    assert len({rating["source"] for rating in organisation.ratings}) >= 6


def test_every_name_in_it_is_known(organisation: Organisation) -> None:
    skills = {skill["skill"] for skill in organisation.skills}
    roles = {role["role"] for role in organisation.roles}
    people = {person["person"] for person in organisation.people}
    offerings = {offering["offering"] for program in organisation.programs for offering in program["offerings"]}
    assert {need["skill"] for role in organisation.roles for need in role["requirements"]} <= skills
    assert {taught["skill"] for program in organisation.programs for taught in program["skills"]} <= skills
    assert {person["role"] for person in organisation.people} <= roles
    assert {person["aspires_to"] for person in organisation.people} <= roles | {""}
    assert {person["org_unit"] for person in organisation.people} <= {u["org_unit"] for u in organisation.org_units}
    assert {rating["person"] for rating in organisation.ratings} <= people
    assert {required["skill"] for required in organisation.coverage} <= skills
    assert {required["manager"] for required in organisation.coverage if "manager" in required} <= people
    assert {enrollment["offering"] for enrollment in organisation.enrollments} <= offerings


def test_skills_have_names_in_two_languages(organisation: Organisation) -> None:
    assert all(skill["en"] and skill["de"] for skill in organisation.skills)
    assert sum(bool(skill["also_en"]) for skill in organisation.skills) > 40


def test_everybody_but_the_director_has_a_manager_and_nobody_two_at_once(organisation: Organisation) -> None:
    managers = {person["person"]: person["manager"] for person in organisation.people}
    assert [person for person, manager in managers.items() if not manager] == ["F001"]
    for person in managers:
        seen = set()
        while person:
            assert person not in seen
            seen.add(person)
            person = managers[person]


def test_assessors_are_who_their_source_says(organisation: Organisation) -> None:
    managers = {person["person"]: person["manager"] for person in organisation.people}
    for rating in organisation.ratings:
        person, assessor = rating["person"], rating["assessor"]
        match rating["source"]:
            case "self":
                assert assessor == person
            case "manager":
                assert assessor in line(person, managers)
            case "peer":
                assert assessor != person
                assert assessor not in line(person, managers)
                assert person not in line(assessor, managers)
            case "test" | "certification":
                assert assessor == ""


def line(person: str, managers: dict[str, str]) -> list[str]:
    """The managers above somebody."""
    above = []
    while person := managers[person]:
        above.append(person)
    return above


def test_the_stories_are_in_it(organisation: Organisation) -> None:
    people = {person["person"]: person for person in organisation.people}
    roles = {role["role"]: role for role in organisation.roles}
    nadia = people["F041"]
    assert (nadia["role"], nadia["aspires_to"]) == ("sales-representative", "social-media-marketer")
    assert "virtual-conference" in needs(roles["sales-representative"])
    assert "social-media-marketing" in needs(roles["social-media-marketer"])
    agent = roles["customer-service-agent"]
    assert any(need.get("redesign") for need in agent["requirements"])
    assert (people["F057"]["role"], people["F057"]["aspires_to"]) == ("graduate-trainee", "software-engineer")
    assert people["F054"]["aspires_to"] == "engineering-manager"
    assert any(need.get("effective_from") for role in organisation.roles for need in role["requirements"])


def needs(role: dict[str, list[dict[str, str]]]) -> set[str]:
    return {need["skill"] for need in role["requirements"]}


def test_something_is_in_every_state(organisation: Organisation) -> None:
    last = Counter(
        enrollment["steps"][-1]["do"] if enrollment["steps"] else "requested" for enrollment in organisation.enrollments
    )
    assert set(last) >= {
        "requested",
        "approve",
        "decline",
        "start",
        "complete",
        "fail",
        "no-show",
        "withdraw",
        "revoke",
    }
