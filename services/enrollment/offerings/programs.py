"""The program as it is on the day: read from its owner before the transaction, kept with the run or the request."""

from uuid import UUID

from shared.contracts.programs.client import ProgramsClient
from shared.contracts.programs.messages import ProgramSummary
from shared.contracts.skills.client import SkillsClient
from shared.errors import Conflict, NotFound, Unprocessable
from shared.schemas import Message, Money


class ProgramNotOpen(Conflict):
    """Only published programs are run and asked for."""

    code, title = "program-not-open", "The program is not published"


class TaughtSkill(Message):
    """A skill that the program teaches; `uri` and `label` are for badges."""

    skill_id: UUID
    uri: str | None
    label: str
    from_level: float
    to_level: float


class ProgramSnapshot(Message):
    """What runs and enrollments need to know of a program, for good."""

    id: UUID
    title: str
    description: str | None = None
    format: str
    hours: float | None = None
    cost: Money | None = None
    skills: list[TaughtSkill] = []


class ProgramReader:
    """Takes snapshots of programs."""

    def __init__(self, programs: ProgramsClient, skills: SkillsClient) -> None:
        self.programs = programs
        self.skills = skills

    async def get_id(self, reference: str) -> UUID:
        """The id of a program in a path. Raises NotFound for an unknown external id."""
        return (await self.programs.get_program(reference)).id if ":" in reference else UUID(reference)

    async def find_id(self, reference: str | None, pointer: str) -> UUID | None:
        """The program's id; an external id is looked up. Raises Unprocessable naming the place."""
        if reference is None:
            return None
        try:
            return await self.get_id(reference)
        except NotFound:
            raise Unprocessable(f"There is no program {reference}.", pointer=pointer) from None

    async def read(self, reference: str, pointer: str | None = None) -> ProgramSnapshot:
        """The published program behind a reference. Raises ProgramNotOpen; for an unknown one NotFound, or
        Unprocessable where `pointer` names the place in a body."""
        try:
            program = await self.programs.get_program(reference)
        except NotFound:
            if pointer is None:
                raise
            raise Unprocessable(f"There is no program {reference}.", pointer=pointer) from None
        if program.status != "published":
            raise ProgramNotOpen(f"The program is {program.status}.")
        return await self._snapshot(program)

    async def _snapshot(self, program: ProgramSummary) -> ProgramSnapshot:
        known = await self.skills.list_skills(skill.skill_id for skill in program.skills)
        uris = {reference: skill.uri for reference, skill in known.items()}
        skills = [
            TaughtSkill(
                skill_id=skill.skill_id,
                uri=uris.get(str(skill.skill_id)),
                label=skill.label,
                from_level=skill.from_level,
                to_level=skill.to_level,
            )
            for skill in program.skills
        ]
        return ProgramSnapshot(
            id=program.id,
            title=program.title,
            description=program.description,
            format=program.format,
            hours=program.hours,
            cost=program.cost,
            skills=skills,
        )
