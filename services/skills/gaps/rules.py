"""What is missing between what a role requires and what a person is known to be able to do.

    weighted gap = importance · gap
    readiness    = Σ importance · min(level, target) / Σ importance · target

Both sums run over the requirements that the horizon reaches. A skill that was never rated, or whose only
rating is the person's own, counts 0 above the line: nobody is ready because nobody looked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.skills.gaps.horizons import Horizon, Term, term_of
from services.skills.roles.rules import Requirement, effective

# Levels are weighted means: 2.9999999999999996 is a three.
NOISE = 1e-9


class GapStatus(StrEnum):
    """In the order in which they are decided: the first that applies is the status."""

    EXEMPT = "exempt"
    UNRATED = "unrated"
    GAP = "gap"
    UNVERIFIED = "unverified"
    MET = "met"


class GapKind(StrEnum):
    """Upskilling: the current role needs the skill. Reskilling: only another role does."""

    UPSKILLING = "upskilling"
    RESKILLING = "reskilling"


@dataclass(frozen=True, slots=True)
class RoleProfile:
    """A role, and everything that it requires now and later."""

    id: UUID
    title: str
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """What is known about one person and one skill on the day in question."""

    level: float | None = None
    self_only: bool = False
    exempt: bool = False
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable code for programs, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One requirement against one person. Gaps are in levels; `level` is None where nothing counts."""

    skill_id: UUID
    target_level: float
    level: float | None
    gap: float
    importance: float
    essential: bool
    status: GapStatus
    kind: GapKind
    reason: Reason
    horizon: Term

    @property
    def weighted_gap(self) -> float:
        return self.importance * self.gap

    @property
    def open(self) -> bool:
        return self.status not in (GapStatus.MET, GapStatus.EXEMPT)

    @property
    def required(self) -> float:
        """Its part of readiness below the line."""
        return 0.0 if self.status is GapStatus.EXEMPT else self.importance * self.target_level

    @property
    def reached(self) -> float:
        """Its part of readiness above the line."""
        if self.level is None or self.status in (GapStatus.EXEMPT, GapStatus.UNVERIFIED):
            return 0.0
        return self.importance * min(self.level, self.target_level)


@dataclass(frozen=True, slots=True)
class GapSummary:
    """The figures above a list of gaps; `readiness` and `assessed_share` are 0..1, None = nothing counts."""

    readiness: float | None
    assessed_share: float | None
    essential_open: int
    weighted_gap: float
    reason: Reason | None = None


NO_ROLE = Reason("no_role", "No current role is known and no role was asked for.")
NO_REQUIREMENTS = Reason("no_requirements", "The role requires no skills within this horizon.")
ALL_EXEMPT = Reason("all_exempt", "The person is exempt from everything that the role requires.")


def in_force(role: RoleProfile, horizon: Horizon) -> dict[UUID, Requirement]:
    """By skill, what a role requires on the last day that the horizon reaches."""
    return {found.skill_id: found for found in effective(role.requirements, horizon.until or date.max)}


def find_gaps(
    target: RoleProfile,
    current: RoleProfile | None,
    held: Mapping[UUID, HeldSkill],
    horizon: Horizon,
    *,
    tolerance: float = 0.25,
    self_may_meet: bool = False,
) -> list[Gap]:
    """Each requirement of `target` within the horizon against what the person holds, in no special order.

    `tolerance` is how far below its target a level may stay and still meet it; `self_may_meet` lets a
    person's own rating alone meet a target. Both come from the rating policy.
    """
    needed_already = in_force(current, horizon) if current else {}
    gaps = []
    for requirement in in_force(target, horizon).values():
        skill = held.get(requirement.skill_id, HeldSkill())
        status = decide_status(requirement.level, skill, tolerance, self_may_meet)
        kind, reason = classify(requirement, needed_already.get(requirement.skill_id), target, current)
        level = None if skill.suspended else skill.level
        gaps.append(
            Gap(
                skill_id=requirement.skill_id,
                target_level=requirement.level,
                level=level,
                gap=missing_levels(requirement.level, level, status),
                importance=requirement.importance,
                essential=requirement.essential,
                status=status,
                kind=kind,
                reason=SUSPENDED if skill.suspended else reason,
                horizon=term_of(requirement.effective_from, horizon.today),
            )
        )
    return gaps


SUSPENDED = Reason("suspended", "The skill is suspended for this person: what was rated does not count.")


def decide_status(target: float, skill: HeldSkill, tolerance: float, self_may_meet: bool) -> GapStatus:
    """Exempt before unrated before gap before unverified before met."""
    if skill.exempt:
        return GapStatus.EXEMPT
    if skill.level is None or skill.suspended:
        return GapStatus.UNRATED
    # One's own word neither meets a target nor borrows the tolerance.
    on_own_word = skill.self_only and not self_may_meet
    if skill.level < target - (0.0 if on_own_word else tolerance) - NOISE:
        return GapStatus.GAP
    return GapStatus.UNVERIFIED if on_own_word else GapStatus.MET


def missing_levels(target: float, level: float | None, status: GapStatus) -> float:
    """Never negative; nothing is missing where the target is met or nothing is asked."""
    if status in (GapStatus.MET, GapStatus.EXEMPT):
        return 0.0
    return max(0.0, target - (level or 0.0))


def classify(
    requirement: Requirement,
    needed_already: Requirement | None,
    target: RoleProfile,
    current: RoleProfile | None,
) -> tuple[GapKind, Reason]:
    """Upskilling or reskilling, and why; `needed_already` is what the current role requires of this skill."""
    level = spell_level(requirement.level)
    if current is None:
        text = f"No current role is known; {target.title} needs this skill, at level {level}."
        return GapKind.RESKILLING, Reason("no_current_role", text)
    if needed_already is None:
        text = f"{current.title} does not need this skill; {target.title} does."
        return GapKind.RESKILLING, Reason("not_in_current_role", text)
    if needed_already.redesign:
        text = f"{current.title} itself becomes another role, which needs this skill at level {level}."
        return GapKind.RESKILLING, Reason("role_redesigned", text)
    return GapKind.UPSKILLING, Reason("in_current_role", _needed_too(requirement, needed_already, target, current))


def _needed_too(
    requirement: Requirement, needed_already: Requirement, target: RoleProfile, current: RoleProfile
) -> str:
    level_already = spell_level(needed_already.level)
    if current.id == target.id:
        return f"{current.title} needs this skill, at level {level_already}."
    if needed_already.level == requirement.level:
        return f"{current.title} needs this skill too, at level {level_already}."
    level = spell_level(requirement.level)
    return f"{current.title} needs this skill too, at level {level_already}; {target.title} at level {level}."


def spell_level(level: float) -> str:
    """3 for 3.0, 2.5 for 2.5."""
    return f"{level:.2f}".rstrip("0").rstrip(".")


def summarize(gaps: Sequence[Gap]) -> GapSummary:
    """Readiness, the share of requirements that somebody has rated, and how many essential ones are open."""
    asked = [gap for gap in gaps if gap.status is not GapStatus.EXEMPT]
    required = sum(gap.required for gap in asked)
    assessed = sum(gap.status is not GapStatus.UNRATED for gap in asked)
    return GapSummary(
        readiness=sum(gap.reached for gap in asked) / required if required else None,
        assessed_share=assessed / len(asked) if asked else None,
        essential_open=sum(gap.essential and gap.open for gap in asked),
        weighted_gap=sum(gap.weighted_gap for gap in asked),
        reason=None if asked else ALL_EXEMPT if gaps else NO_REQUIREMENTS,
    )


def most_weighted_first(gaps: Iterable[Gap], labels: Mapping[UUID, str]) -> list[Gap]:
    """Largest weighted gap first, essential before optional, then by label."""
    return sorted(
        gaps,
        key=lambda gap: (
            -round(gap.weighted_gap, 6),
            not gap.essential,
            labels.get(gap.skill_id, "").casefold(),
            gap.skill_id,
        ),
    )
