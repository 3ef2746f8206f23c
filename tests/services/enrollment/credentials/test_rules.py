"""What a badge says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from services.enrollment.credentials.rules import (
    ACHIEVEMENT_TYPES,
    Award,
    AwardedSkill,
    Issuer,
    build_credential,
    criteria_narrative,
    did_web,
    rfc3339,
)

SKILL = AwardedSkill(UUID(int=7), "https://shop.example/skills/social-media", "Market on social media", 3.0)
AWARD = Award(
    credential_id=UUID(int=1),
    person_id=UUID(int=2),
    program_id=UUID(int=3),
    program_title="Four weeks in marketing",
    program_description=None,
    program_format="cross_training",
    hours=24.0,
    skills=(SKILL,),
    awarded_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
)
ISSUER = Issuer("https://upskill.example")


def achievement_of(award: Award) -> dict[str, Any]:
    achievement: dict[str, Any] = build_credential(award, ISSUER)["credentialSubject"]["achievement"]
    return achievement


@pytest.mark.parametrize(
    ("public_url", "did"),
    [
        ("https://upskill.example", "did:web:upskill.example"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
        ("https://shop.example/learning/upskill/", "did:web:shop.example:learning:upskill"),
    ],
)
def test_the_issuer_is_named_by_the_public_address(public_url: str, did: str) -> None:
    assert did_web(public_url) == did


def test_the_achievement_is_the_program() -> None:
    achievement = achievement_of(AWARD)
    assert achievement["name"] == "Four weeks in marketing"
    assert achievement["id"] == f"https://upskill.example/v1/programs/{UUID(int=3)}"
    assert achievement["achievementType"] == "Fieldwork"
    assert achievement["alignment"] == [
        {
            "type": ["Alignment"],
            "targetUrl": "https://shop.example/skills/social-media",
            "targetName": "Market on social media",
        }
    ]


def test_the_level_reached_is_the_persons_result() -> None:
    subject = build_credential(AWARD, ISSUER)["credentialSubject"]
    (result,) = subject["result"]
    (described,) = subject["achievement"]["resultDescription"]
    assert result["value"] == "3"
    assert result["resultDescription"] == described["id"]
    assert described["name"] == "Level in Market on social media"


def test_a_completion_without_levels_claims_none() -> None:
    award = replace(AWARD, skills=(replace(SKILL, level=None),))
    subject = build_credential(award, ISSUER)["credentialSubject"]
    assert "result" not in subject
    assert "resultDescription" not in subject["achievement"]
    assert subject["achievement"]["alignment"][0]["targetName"] == "Market on social media"


def test_a_program_that_teaches_no_listed_skill_still_has_a_badge() -> None:
    achievement = achievement_of(replace(AWARD, skills=()))
    narrative = achievement["criteria"]["narrative"]
    assert "alignment" not in achievement
    assert narrative == "Completed the program “Four weeks in marketing” (24 hours)."


def test_the_person_appears_by_id_alone() -> None:
    subject = build_credential(AWARD, ISSUER)["credentialSubject"]
    assert subject["id"] == f"urn:uuid:{UUID(int=2)}"
    assert set(subject) == {"id", "type", "achievement", "result"}


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        ("K0001", f"https://upskill.example/v1/skills/{UUID(int=7)}"),
        ('https://shop.example/a>b"c', "https://shop.example/a%3Eb%22c"),
        ("https://shop.example/größe", "https://shop.example/gr%C3%B6%C3%9Fe"),
        ("urn:uuid:0198c0de-1111-7000-8000-000000000001", "urn:uuid:0198c0de-1111-7000-8000-000000000001"),
    ],
)
def test_an_alignment_points_to_a_valid_address(uri: str, target: str) -> None:
    achievement = achievement_of(replace(AWARD, skills=(replace(SKILL, uri=uri),)))
    assert achievement["alignment"][0]["targetUrl"] == target


@pytest.mark.parametrize("program_format", [*ACHIEVEMENT_TYPES, "a format of tomorrow"])
def test_every_format_has_a_type_of_achievement(program_format: str) -> None:
    achievement = achievement_of(replace(AWARD, program_format=program_format))
    assert achievement["achievementType"] == ACHIEVEMENT_TYPES.get(program_format, "Achievement")


def test_the_criteria_tell_hours_and_skills() -> None:
    assert criteria_narrative(replace(AWARD, hours=2.5)) == (
        "Completed the program “Four weeks in marketing” (2.5 hours). It teaches: Market on social media."
    )


def test_times_are_utc_to_the_second() -> None:
    in_helsinki = datetime(2026, 1, 1, 1, 2, 3, 999, tzinfo=timezone(timedelta(hours=2)))
    assert rfc3339(in_helsinki) == "2025-12-31T23:02:03Z"
