"""Facts that the programs service tells. Payloads are frozen: a changed meaning is a new version in the name."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.programs.messages import Format
from shared.events.facts import Fact
from shared.schemas import Message, Money


class SkillTaught(Message):
    """A skill that a program teaches, from a level to a level."""

    skill_id: UUID
    from_level: float
    to_level: float


class ProgramFact(Fact):
    """What every fact about a program holds."""

    program_id: UUID
    title: str
    format: Format
    status: Literal["draft", "published", "archived"]
    skills: list[SkillTaught]
    hours: float | None = None
    cost: Money | None = None
    owner_id: UUID | None = None

    def subject(self) -> str:
        return f"program:{self.program_id}"


class ProgramPublished(ProgramFact):
    """A program is offered from now on."""

    type: ClassVar[str] = "programs.program.published.v1"


class ProgramUpdated(ProgramFact):
    """A published program was changed."""

    type: ClassVar[str] = "programs.program.updated.v1"


class ProgramArchived(ProgramFact):
    """A program is not offered any more; `deleted` when it is gone altogether."""

    type: ClassVar[str] = "programs.program.archived.v1"

    deleted: bool = False
