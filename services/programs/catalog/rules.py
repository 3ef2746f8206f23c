"""Decisions of the catalogue: a program's life, what publishing asks for, levels, and prerequisites without cycles."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.programs.formats.details import Details
from shared.errors import Conflict, Fault, Unprocessable

LIFE: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"published", "archived"}),
    "published": frozenset({"archived"}),
    "archived": frozenset({"published"}),
}
"""From a status to those that may follow it. What was published never becomes a draft again: people took part."""


class IllegalStatus(Conflict):
    """The program cannot go from its status to the asked one; carries the allowed ones."""

    code, title = "illegal-status", "The program cannot take this status"


class FormatFixed(Conflict):
    code, title = "format-fixed", "The format of a program that was published is fixed"


class ProgramNeeded(Conflict):
    """Other programs name it as their prerequisite; carries their ids."""

    code, title = "program-needed", "Other programs need this one"


class NotPublishable(Unprocessable):
    """The program is not complete enough to be offered; names the places."""

    code, title = "not-publishable", "The program cannot be published yet"


class LevelOutsideScale(Unprocessable):
    code, title = "level-outside-scale", "The level is not on the skill's scale"


class PrerequisiteCycle(Unprocessable):
    """Following the prerequisites leads back to the program; carries the way."""

    code, title = "prerequisite-cycle", "The prerequisites form a cycle"


@dataclass(frozen=True)
class Taught:
    """A skill that is taught, from a level to a level."""

    skill_id: UUID
    from_level: float
    to_level: float


@dataclass(frozen=True)
class LevelAsked:
    """An entry level, and its position among the prerequisites."""

    position: int
    skill_id: UUID
    level: float


@dataclass(frozen=True)
class Range:
    """The lowest and the highest level of a scale."""

    lowest: float
    highest: float

    def holds(self, level: float) -> bool:
        return self.lowest <= level <= self.highest


def check_status_change(present: str, wanted: str) -> None:
    """Raises IllegalStatus when a program may not go from `present` to `wanted`."""
    if wanted != present and wanted not in LIFE[present]:
        raise IllegalStatus(f"A program that is {present} cannot become {wanted}.", allowed=sorted(LIFE[present]))


def check_format_change(status: str, present: str, wanted: str) -> None:
    """Raises FormatFixed. Only a draft may change its format: enrollments follow the format's rules."""
    if wanted != present and status != "draft":
        raise FormatFixed(f"The program is a {present}; make a new one.")


def check_publishable(
    taught: Iterable[Taught], asked: Iterable[LevelAsked], hours: float | None, details: Details
) -> None:
    """Raises NotPublishable with everything that is missing or contradicts itself."""
    if faults := list(publishing_faults(tuple(taught), tuple(asked), hours, details)):
        raise NotPublishable("The program cannot be published yet.", errors=faults)


def publishing_faults(
    taught: tuple[Taught, ...], asked: tuple[LevelAsked, ...], hours: float | None, details: Details
) -> Iterator[Fault]:
    """A published program teaches something, takes some time, and asks for less than it teaches."""
    if not taught:
        yield Fault(pointer="/skills", detail="A published program teaches at least one skill.")
    if not hours:
        yield Fault(pointer="/hours", detail="A published program says how many hours it takes.")
    reached = {skill.skill_id: skill.to_level for skill in taught}
    for entry in asked:
        if entry.level >= reached.get(entry.skill_id, float("inf")):
            detail = "The program asks for the level that it teaches."
            yield Fault(pointer=f"/prerequisites/{entry.position}/level", detail=detail)
    yield from details.faults()


def check_taught_levels(position: int, from_level: float, to_level: float, scale: Range) -> None:
    """A program starts at 0 (none) or on the scale, and ends on it. Raises LevelOutsideScale naming the place."""
    if from_level != 0 and not scale.holds(from_level):
        raise _outside(scale, f"/skills/{position}/from_level", or_none=True)
    if not scale.holds(to_level):
        raise _outside(scale, f"/skills/{position}/to_level")


def check_entry_level(entry: LevelAsked, scale: Range) -> None:
    """Raises LevelOutsideScale naming the place."""
    if not scale.holds(entry.level):
        raise _outside(scale, f"/prerequisites/{entry.position}/level")


def _outside(scale: Range, pointer: str, *, or_none: bool = False) -> LevelOutsideScale:
    shown = f"between {scale.lowest:g} and {scale.highest:g}"
    return LevelOutsideScale(f"The level should be {'0 or ' if or_none else ''}{shown}.", pointer=pointer)


def find_cycle(program: UUID, needed: Iterable[UUID], needs: Mapping[UUID, Iterable[UUID]]) -> tuple[UUID, ...] | None:
    """The way from a program over its prerequisites back to itself, both ends included; None when there is none.

    `needs` holds the prerequisites of the other programs; what it says about `program` itself is ignored.
    """
    came_from: dict[UUID, UUID] = {}
    waiting = [(first, program) for first in needed]
    while waiting:
        reached, before = waiting.pop()
        if reached == program:
            return _way_back(program, before, came_from)
        if reached not in came_from:
            came_from[reached] = before
            waiting.extend((following, reached) for following in needs.get(reached, ()))
    return None


def check_no_cycle(program: UUID, needed: Mapping[UUID, int], needs: Mapping[UUID, Iterable[UUID]]) -> None:
    """`needed` gives each prerequisite's position in the body. Raises PrerequisiteCycle naming the one at fault."""
    if (way := find_cycle(program, needed, needs)) is not None:
        pointer = f"/prerequisites/{needed[way[1]]}/program_id"
        raise PrerequisiteCycle("The program would need itself.", pointer=pointer, cycle=[str(step) for step in way])


def _way_back(program: UUID, last: UUID, came_from: Mapping[UUID, UUID]) -> tuple[UUID, ...]:
    way = [program]
    while last != program:
        way.append(last)
        last = came_from[last]
    return (program, *reversed(way))
