"""Shapes that the skills service answers to its neighbours."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from shared.schemas import Message


class SkillSummary(Message):
    """A skill as neighbours need it."""

    id: UUID
    uri: str
    label: str
    status: Literal["draft", "published", "deprecated"]
    scale_min: float
    scale_max: float


class SkillList(Message):
    """Skills by reference: `data` in any order, each under the reference that was asked for."""

    data: dict[str, SkillSummary]


class RoleSummary(Message):
    id: UUID
    title: str
    family: str | None = None
    grade: str | None = None


class PersonSummary(Message):
    """A person as neighbours need them."""

    id: UUID
    display_name: str
    active: bool
    role_id: UUID | None = None
    manager_id: UUID | None = None
    org_unit_id: UUID | None = None
    hired_on: date | None = None
    left_on: date | None = None


class LineManager(Message):
    """One step up the reporting line, with the deputies who stand in now."""

    person: PersonSummary
    deputy_ids: tuple[UUID, ...] = ()


class ReportingLine(Message):
    """Managers of a person, the line manager first, up to the top."""

    person: PersonSummary
    managers: list[LineManager]


class Evidence(Message):
    """What somebody has learned, told by the service that saw it. Written once per (source, external id)."""

    person_id: UUID
    skills: list["LearnedSkill"]
    assessed_at: datetime
    note: str | None = None
    url: str | None = None


class LearnedSkill(Message):
    skill_id: UUID
    level: float


class EvidenceReceipt(Message):
    """The ratings that the evidence became."""

    rating_ids: list[UUID]


class GapItem(Message):
    """One gap, as far as recommendations need it."""

    skill_id: UUID
    label: str
    target_level: float
    level: float | None
    gap: float
    importance: float
    weighted_gap: float
    status: str
    kind: Literal["upskilling", "reskilling"]
    essential: bool = False


class GapList(Message):
    """The open and met gaps of a person against a role."""

    person_id: UUID
    role_id: UUID | None
    data: list[GapItem]


class ProcessingSwitches(Message):
    """Which processing of personal data the organisation has switched on."""

    peer_ratings: bool
    scorecard: bool
    expert_finder: bool
    behaviour_ratings: bool
    aspirations_visible_to_leader: bool
