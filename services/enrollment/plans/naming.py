"""What a plan names: the role, the skills and the programs, looked up at their owners before the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.enrollment.plans import rules
from services.enrollment.plans.rules import RelativeDue
from services.enrollment.plans.schemas import PlanItemWrite
from shared.contracts.programs.client import ProgramsClient
from shared.contracts.programs.messages import ProgramSummary
from shared.contracts.skills.client import SkillsClient
from shared.contracts.skills.messages import SkillSummary
from shared.errors import NotFound, Unprocessable


@dataclass(frozen=True)
class NamedRole:
    """A role and its title of the day."""

    id: UUID
    title: str


@dataclass(frozen=True)
class NamedItem:
    """An item whose references are resolved. `id` None = a new one."""

    id: UUID | None
    skill_id: UUID
    skill_label: str
    to_level: float
    program_id: UUID | None
    program_title: str | None
    due_on: date | None


@dataclass(frozen=True)
class Anchors:
    """What relative due dates count from."""

    plan_start: datetime
    hired_on: date | None


class Names:
    """Looks up what a plan names. Raises Unprocessable with the place of what nobody knows."""

    def __init__(self, skills: SkillsClient, programs: ProgramsClient) -> None:
        self.skills = skills
        self.programs = programs

    async def role(self, reference: str | None, pointer: str) -> NamedRole | None:
        """The target role, if there is one."""
        if reference is None:
            return None
        try:
            role = await self.skills.get_role(reference)
        except NotFound:
            raise Unprocessable(f"There is no role {reference}.", pointer=pointer) from None
        return NamedRole(role.id, role.title)

    async def items(self, items: Sequence[PlanItemWrite], anchors: Anchors) -> list[NamedItem]:
        """The items with ids, labels and due days."""
        skills = await self.skills.list_skills(item.skill_id for item in items)
        programs = {
            reference: await self._program(reference, position)
            for position, item in enumerate(items)
            if (reference := item.program_id) is not None
        }
        return [
            _named(item, _skill(skills, item, position), programs.get(item.program_id or ""), anchors)
            for position, item in enumerate(items)
        ]

    async def _program(self, reference: str, position: int) -> ProgramSummary:
        try:
            return await self.programs.get_program(reference)
        except NotFound:
            raise Unprocessable(f"There is no program {reference}.", pointer=f"/items/{position}/program_id") from None


def _skill(skills: dict[str, SkillSummary], item: PlanItemWrite, position: int) -> SkillSummary:
    skill = skills.get(item.skill_id)
    if skill is None:
        raise Unprocessable(f"There is no skill {item.skill_id}.", pointer=f"/items/{position}/skill_id")
    if item.to_level > skill.scale_max:
        raise Unprocessable(f"The skill's scale ends at {skill.scale_max:g}.", pointer=f"/items/{position}/to_level")
    return skill


def _named(item: PlanItemWrite, skill: SkillSummary, program: ProgramSummary | None, anchors: Anchors) -> NamedItem:
    due_on = item.due_on
    if item.due is not None:
        relative = RelativeDue(item.due.days, item.due.after)
        due_on = rules.resolve_due(relative, anchors.plan_start, anchors.hired_on)
    return NamedItem(
        id=item.id,
        skill_id=skill.id,
        skill_label=skill.label,
        to_level=item.to_level,
        program_id=program.id if program else None,
        program_title=program.title if program else None,
        due_on=due_on,
    )
