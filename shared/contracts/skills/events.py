"""Facts that the skills service tells. Payloads are frozen: a changed meaning is a new version in the name."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.facts import Fact
from shared.schemas import Message


class SkillChanged(Fact):
    """A skill was created, changed or deleted."""

    type: ClassVar[str] = "skills.skill.changed.v1"

    skill_id: UUID
    framework_id: UUID
    uri: str
    status: Literal["draft", "published", "deprecated"]
    replaced_by_id: UUID | None = None
    deleted: bool = False

    def subject(self) -> str:
        return f"skill:{self.skill_id}"


class FrameworkScaleMigrated(Fact):
    """A framework is on another scale. It stands for the single changes to requirements and levels: `mapping` names
    for every level of the old scale, as text, what it is on the new one.
    """

    type: ClassVar[str] = "skills.framework.scale_migrated.v1"

    framework_id: UUID
    from_scale_id: UUID
    to_scale_id: UUID
    mapping: dict[str, float]

    def subject(self) -> str:
        return f"framework:{self.framework_id}"


class RoleChanged(Fact):
    """A role was created, changed or deleted."""

    type: ClassVar[str] = "skills.role.changed.v1"

    role_id: UUID
    title: str
    family: str | None
    grade: str | None
    deleted: bool = False

    def subject(self) -> str:
        return f"role:{self.role_id}"


class RequiredSkill(Message):
    """One requirement inside a fact; `effective_from` null = now, level 0 = no longer needed."""

    skill_id: UUID
    level: float
    importance: float
    essential: bool
    effective_from: date | None
    redesign: bool


class RoleRequirementsChanged(Fact):
    """A role asks for something else; `requirements` is the whole new set."""

    type: ClassVar[str] = "skills.role.requirements_changed.v1"

    role_id: UUID
    requirements: list[RequiredSkill]

    def subject(self) -> str:
        return f"role:{self.role_id}"


class PersonFact(Fact):
    """Where a person stands after the change. Names and addresses are never told."""

    person_id: UUID
    role_id: UUID | None
    manager_id: UUID | None
    org_unit_id: UUID | None
    active: bool
    hired_on: date | None
    left_on: date | None

    def subject(self) -> str:
        return f"person:{self.person_id}"


class PersonCreated(PersonFact):
    """A person was added."""

    type: ClassVar[str] = "skills.person.created.v1"


class PersonUpdated(PersonFact):
    """A person was changed; `changed` names the fields, not their values."""

    type: ClassVar[str] = "skills.person.updated.v1"

    changed: list[str]


class PersonLeft(PersonFact):
    """A person has got a date of leaving."""

    type: ClassVar[str] = "skills.person.left.v1"

    leave_reason: Literal["voluntary", "involuntary", "other"]


class PersonDeleted(Fact):
    """A person's record was taken away."""

    type: ClassVar[str] = "skills.person.deleted.v1"

    person_id: UUID

    def subject(self) -> str:
        return f"person:{self.person_id}"


class DeputyChanged(Fact):
    """Somebody acts for a person on other days than before, or not any more; `ends_on` null: until taken back."""

    type: ClassVar[str] = "skills.deputy.changed.v1"

    person_id: UUID
    deputy_id: UUID
    starts_on: date
    ends_on: date | None
    deleted: bool = False

    def subject(self) -> str:
        return f"person:{self.person_id}"


class AspirationsChanged(Fact):
    """A person wishes for something else. What it is, is for those who may read it: ask."""

    type: ClassVar[str] = "skills.aspirations.changed.v1"

    person_id: UUID

    def subject(self) -> str:
        return f"person:{self.person_id}"


class RatingFact(Fact):
    """A rating. When the source is peer, neither who gave it is told nor its level: only the rounded mean of
    several peers is ever shown.
    """

    rating_id: UUID
    person_id: UUID
    skill_id: UUID
    level: float | None
    source: str
    assessor_id: UUID | None
    assessed_at: datetime
    cycle_id: UUID | None

    def subject(self) -> str:
        return f"person:{self.person_id}"


class RatingRecorded(RatingFact):
    """A rating entered the ledger."""

    type: ClassVar[str] = "skills.rating.recorded.v1"


class RatingRevoked(RatingFact):
    """A compensating entry took a rating back."""

    type: ClassVar[str] = "skills.rating.revoked.v1"


class RatingExpired(RatingFact):
    """A rating stopped counting because its time is over."""

    type: ClassVar[str] = "skills.rating.expired.v1"


class LevelChanged(Fact):
    """A person's level in a skill is another one; null = nothing counts (any more)."""

    type: ClassVar[str] = "skills.level.changed.v1"

    person_id: UUID
    skill_id: UUID
    before: float | None
    level: float | None
    verified: bool

    def subject(self) -> str:
        return f"person:{self.person_id}"


class SetAsideChanged(Fact):
    """An exemption or a suspension was planned, changed, has begun or is over."""

    type: ClassVar[str] = "skills.set_aside.changed.v1"

    person_id: UUID
    skill_id: UUID
    kind: Literal["exemption", "suspension"]
    phase: Literal["planned", "standing", "over"]

    def subject(self) -> str:
        return f"person:{self.person_id}"


class RatingPolicyChanged(Fact):
    """Another version of the rating policy is in force."""

    type: ClassVar[str] = "skills.rating_policy.changed.v1"

    version: int

    def subject(self) -> str:
        return "rating_policy:current"


class CycleClosed(Fact):
    """An assessment cycle was closed; its snapshot is frozen."""

    type: ClassVar[str] = "skills.cycle.closed.v1"

    cycle_id: UUID
    snapshot_id: UUID
    next_cycle_id: UUID | None
    people: int

    def subject(self) -> str:
        return f"cycle:{self.cycle_id}"


class ReminderDue(Fact):
    """A person still owes ratings in a cycle."""

    type: ClassVar[str] = "skills.cycle.reminder_due.v1"

    cycle_id: UUID
    assessor_id: UUID
    owed: int
    closes_on: date

    def subject(self) -> str:
        return f"cycle:{self.cycle_id}"


class ImportFinished(Fact):
    """An import ended. It stands for the single changes that it made to frameworks, skills and roles."""

    type: ClassVar[str] = "skills.import.finished.v1"

    import_id: UUID
    format: str
    status: Literal["succeeded", "failed"]
    created: int
    updated: int
    unchanged: int
    retired: int
    rejected: int

    def subject(self) -> str:
        return f"import:{self.import_id}"


class ProcessingSettingsChanged(Fact):
    """Processing of personal data was switched on or off; `changed` names the switches that were turned."""

    type: ClassVar[str] = "skills.processing_settings.changed.v1"

    peer_ratings: bool
    scorecard: bool
    expert_finder: bool
    behaviour_ratings: bool
    aspirations_visible_to_leader: bool
    changed: list[str]

    def subject(self) -> str:
        return "processing_settings:current"
