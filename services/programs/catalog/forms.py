"""The forms a program takes: columns and parts in the database, request body, answer, summary, fact. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from services.programs.catalog import rules
from services.programs.catalog.models import Program, ProgramEntryLevel, ProgramPrerequisite, ProgramSkill
from services.programs.catalog.repository import Parts
from services.programs.catalog.resolution import Present, ResolvedProgram
from services.programs.catalog.schemas import PrerequisiteRead, ProgramRead, ProgramWrite
from services.programs.formats.details import Details
from services.programs.formats.registry import FORMATS
from shared.contracts.programs.events import ProgramFact
from shared.contracts.programs.messages import ProgramSummary
from shared.schemas import ExternalId, Money

KnownFact = TypeVar("KnownFact", bound=ProgramFact)


def columns_of(program: ResolvedProgram) -> dict[str, Any]:
    """The columns that a body sets."""
    body, cost = program.body, program.body.cost
    kept = {"title", "format", "status", "description", "hours", "delivery", "languages", "provider", "url"}
    labels = [skill.label for skill in program.skills]
    searched = [body.title, body.description, body.provider, *labels]
    return {
        **body.model_dump(mode="json", include=kept),
        "cost_hundredths": None if cost is None else int(cost.amount * 100),
        "cost_currency": None if cost is None else cost.currency,
        "owner_id": program.owner_id,
        "details": program.details.model_dump(mode="json"),
        "search_text": "\n".join(text for text in searched if text).casefold(),
    }


def parts_of(id: UUID, program: ResolvedProgram, needed: Mapping[UUID, int]) -> Parts:
    """The rows that belong to the program. `needed` are the ids of prerequisites and their positions."""
    return Parts(
        skills=[
            ProgramSkill(
                program_id=id,
                skill_id=skill.skill_id,
                position=position,
                label=skill.label,
                from_level=skill.from_level,
                to_level=skill.to_level,
            )
            for position, skill in enumerate(program.skills)
        ],
        prerequisites=[
            ProgramPrerequisite(program_id=id, needed_program_id=other, position=position)
            for other, position in needed.items()
        ],
        entry_levels=[
            ProgramEntryLevel(
                program_id=id,
                skill_id=entry.skill_id,
                position=entry.position,
                label=entry.label,
                level=entry.level,
            )
            for entry in program.entry_levels
        ],
    )


def details_of(program: Program) -> Details:
    return FORMATS[program.format].model_validate(program.details)


def cost_of(program: Program) -> Money | None:
    if program.cost_hundredths is None or program.cost_currency is None:
        return None
    return Money(amount=Decimal(program.cost_hundredths) / 100, currency=program.cost_currency)


def hours_of(program: Program, details: Details) -> float | None:
    """As stated, or what the details add up to."""
    return details.hours() if program.hours is None else program.hours


def body_of(program: Program, parts: Parts, external_ids: Sequence[ExternalId]) -> ProgramWrite:
    """The body that describes the program as it is, for merging a patch into."""
    skills = [skill.model_dump(mode="json", include={"skill_id", "from_level", "to_level"}) for skill in parts.skills]
    asked: dict[int, dict[str, Any]] = {
        **{row.position: {"program_id": str(row.needed_program_id)} for row in parts.prerequisites},
        **{row.position: {"skill_id": str(row.skill_id), "level": row.level} for row in parts.entry_levels},
    }
    plain = {"title", "format", "status", "description", "hours", "delivery", "languages", "provider", "url"}
    fields = program.model_dump(mode="json", include={*plain, "owner_id", "details"})
    return ProgramWrite.model_validate(
        {
            **fields,
            "cost": cost_of(program),
            "skills": skills,
            "prerequisites": [asked[position] for position in sorted(asked)],
            "external_ids": list(external_ids),
        }
    )


def present_of(program: Program, parts: Parts) -> Present:
    """What the program refers to now."""
    labels = {skill.skill_id: skill.label for skill in parts.skills}
    labels.update({entry.skill_id: entry.label for entry in parts.entry_levels})
    details = details_of(program)
    others = {getattr(details, name) for name in (*details.roles, *details.people)} | {str(program.owner_id)}
    return Present(labels, frozenset(other for other in others if other))


def read_of(
    program: Program, parts: Parts, external_ids: Sequence[ExternalId], titles: Mapping[UUID, str]
) -> ProgramRead:
    """The answer. `titles` names the programs among its prerequisites."""
    details = details_of(program)
    return ProgramRead(
        **program.model_dump(exclude={"details", "hours", "deleted_at", "search_text"}),
        allowed=sorted(rules.LIFE[program.status]),
        skills=[skill.model_dump() for skill in parts.skills],
        prerequisites=_prerequisites(parts, titles),
        hours=hours_of(program, details),
        cost=cost_of(program),
        details=details,
        needs_offering=details.needs_offering,
        notices=[{"code": notice.code, "text": notice.text} for notice in details.notices()],
        external_ids=list(external_ids),
        deleted=program.deleted_at is not None,
    )


def _prerequisites(parts: Parts, titles: Mapping[UUID, str]) -> list[PrerequisiteRead]:
    found = {
        row.position: PrerequisiteRead(
            program_id=row.needed_program_id,
            skill_id=None,
            level=None,
            title=titles.get(row.needed_program_id, ""),
        )
        for row in parts.prerequisites
    }
    for entry in parts.entry_levels:
        found[entry.position] = PrerequisiteRead(
            program_id=None, skill_id=entry.skill_id, level=entry.level, title=entry.label
        )
    return [found[position] for position in sorted(found)]


def summary_of(program: Program, parts: Parts) -> ProgramSummary:
    """What neighbours need to know."""
    return ProgramSummary.model_validate(
        {
            **program.model_dump(include={"id", "title", "format", "status", "owner_id", "description"}),
            "skills": [skill.model_dump() for skill in parts.skills],
            "hours": hours_of(program, details_of(program)),
            "cost": cost_of(program),
        }
    )


def fact_of(kind: type[KnownFact], program: Program, parts: Parts, **more: Any) -> KnownFact:
    """A fact about the program as it is now."""
    return kind.model_validate(
        {
            **program.model_dump(include={"title", "format", "status", "owner_id"}),
            "program_id": program.id,
            "skills": [skill.model_dump() for skill in parts.skills],
            "hours": hours_of(program, details_of(program)),
            "cost": cost_of(program),
            **more,
        }
    )
