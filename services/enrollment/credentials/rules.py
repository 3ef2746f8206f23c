"""What an Open Badge says (1EdTech Open Badges 3.0 on the W3C Verifiable Credentials Data Model 2.0).

The person appears by id alone: whoever holds the badge proves who they are by other means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

# Open Badges 3.0, enumeration AchievementType; a format without an entry is a plain Achievement.
ACHIEVEMENT_TYPES: Mapping[str, str] = {
    "course": "Course",
    "cross_training": "Fieldwork",
    "stretch_assignment": "Fieldwork",
    "mentorship": "LearningProgram",
    "apprenticeship": "ApprenticeshipCertificate",
    "volunteer": "CommunityService",
}

# What a URI may hold as it is (RFC 3986); anything else in it would break the signed statements.
_URI_CHARACTERS = ":/?#[]@!$&'()*+,;=%-._~"


@dataclass(frozen=True)
class Issuer:
    """Who signs: the installation, named by its public address."""

    public_url: str
    name: str = "Upskill"

    @property
    def did(self) -> str:
        return did_web(self.public_url)


@dataclass(frozen=True)
class AwardedSkill:
    """A skill that the program teaches, and the level reached in it (None: nothing was reported)."""

    skill_id: UUID
    uri: str
    label: str
    level: float | None


@dataclass(frozen=True)
class Award:
    """One person's completion of one program, frozen when it happened."""

    credential_id: UUID
    person_id: UUID
    program_id: UUID
    program_title: str
    program_description: str | None
    program_format: str
    hours: float | None
    skills: tuple[AwardedSkill, ...]
    awarded_at: datetime


def did_web(public_url: str) -> str:
    """The did:web identifier of an address: `https://host:8443/a/b` is `did:web:host%3A8443:a:b`.

    The scheme is not part of a did:web; resolvers use https (W3C CCG, did:web Method Specification).
    """
    parts = urlsplit(public_url)
    segments = [quote(parts.netloc, safe=""), *(quote(s, safe="") for s in parts.path.split("/") if s)]
    return "did:web:" + ":".join(segments)


def build_credential(award: Award, issuer: Issuer) -> dict[str, Any]:
    """The unsigned OpenBadgeCredential of an award.

    The achievement is the program and the same for everybody; what this person reached is in
    `credentialSubject.result`. Times are RFC 3339 in UTC, to the second.
    """
    achievement = _achievement(award, issuer)
    subject: dict[str, Any] = {
        "id": f"urn:uuid:{award.person_id}",
        "type": ["AchievementSubject"],
        "achievement": achievement,
    }
    if results := [_result(skill, achievement["id"]) for skill in award.skills if skill.level is not None]:
        subject["result"] = results
    return {
        "@context": [CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT],
        "id": f"{issuer.public_url}/v1/credentials/{award.credential_id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.public_url},
        "validFrom": rfc3339(award.awarded_at),
        "name": award.program_title,
        "credentialSubject": subject,
    }


def _achievement(award: Award, issuer: Issuer) -> dict[str, Any]:
    achievement_id = f"{issuer.public_url}/v1/programs/{award.program_id}"
    achievement: dict[str, Any] = {
        "id": achievement_id,
        "type": ["Achievement"],
        "achievementType": ACHIEVEMENT_TYPES.get(award.program_format, "Achievement"),
        "name": award.program_title,
        "description": award.program_description or award.program_title,
        "criteria": {"narrative": criteria_narrative(award)},
    }
    if award.skills:
        achievement["alignment"] = [_alignment(skill, issuer) for skill in award.skills]
    if described := [_result_description(s, achievement_id) for s in award.skills if s.level is not None]:
        achievement["resultDescription"] = described
    return achievement


def _alignment(skill: AwardedSkill, issuer: Issuer) -> dict[str, Any]:
    # A uri without a scheme is not an address that a verifier could follow: ours stands in.
    target = skill.uri if urlsplit(skill.uri).scheme else f"{issuer.public_url}/v1/skills/{skill.skill_id}"
    return {
        "type": ["Alignment"],
        "targetUrl": quote(target, safe=_URI_CHARACTERS),
        "targetName": skill.label,
    }


def _result_id(skill: AwardedSkill, achievement_id: str) -> str:
    return f"{achievement_id}#skill-{skill.skill_id}"


def _result_description(skill: AwardedSkill, achievement_id: str) -> dict[str, Any]:
    return {
        "id": _result_id(skill, achievement_id),
        "type": ["ResultDescription"],
        "name": f"Level in {skill.label}",
        "resultType": "PerformanceLevel",
    }


def _result(skill: AwardedSkill, achievement_id: str) -> dict[str, Any]:
    return {
        "type": ["Result"],
        "resultDescription": _result_id(skill, achievement_id),
        "value": number(skill.level or 0.0),
    }


def criteria_narrative(award: Award) -> str:
    """What had to be done, in a sentence: the title, the hours and the skills."""
    length = f" ({number(award.hours)} hours)" if award.hours else ""
    skills = ", ".join(skill.label for skill in award.skills)
    taught = f" It teaches: {skills}." if skills else ""
    return f"Completed the program “{award.program_title}”{length}.{taught}"


def number(value: float) -> str:
    """`24.0` as `24`, `2.5` as `2.5`."""
    return f"{value:g}"


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
