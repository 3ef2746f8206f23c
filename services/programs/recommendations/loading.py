"""What a recommendation is made from: open gaps, and the programs that could close them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.programs.catalog.forms import cost_of, details_of, hours_of
from services.programs.catalog.models import Program
from services.programs.catalog.repository import PartRepository, Parts, ProgramRepository
from services.programs.neighbours import SkillsService
from services.programs.recommendations.candidates import Candidate, EntryLevel, FormatFit, OpenGap, TaughtSkill
from services.programs.recommendations.schemas import GapGiven
from shared.contracts.skills.messages import GapItem
from shared.database.sessions import AnySession
from shared.errors import Fault, Unprocessable

OPEN = frozenset({"gap", "unrated"})


def gaps_of_person(items: Iterable[GapItem]) -> list[OpenGap]:
    """What is open; what is exempt, met or only to be verified is not a matter of learning."""
    return [
        OpenGap(item.skill_id, item.label, item.level, item.target_level, item.importance, item.essential)
        for item in items
        if item.status in OPEN
    ]


async def gaps_given(given: Sequence[GapGiven], skills: SkillsService) -> list[OpenGap]:
    """The caller's own gaps with ids and labels. Raises Unprocessable naming unknown and repeated skills."""
    known = await skills.list_skills(gap.skill_id for gap in given)
    faults, found = list[Fault](), dict[UUID, OpenGap]()
    for place, gap in enumerate(given):
        pointer = f"/gaps/{place}/skill_id"
        if (skill := known.get(gap.skill_id)) is None:
            faults.append(Fault(pointer=pointer, detail=f"There is no skill {gap.skill_id}."))
        elif skill.id in found:
            faults.append(Fault(pointer=pointer, detail="The skill is named twice."))
        else:
            found[skill.id] = OpenGap(skill.id, skill.label, gap.level, gap.target_level, gap.importance, gap.essential)
    if faults:
        raise Unprocessable("The gaps name skills that do not exist, or one twice.", errors=faults)
    return list(found.values())


class CandidateLoader:
    """Published programs as candidates."""

    def __init__(self, session: AnySession) -> None:
        self.programs = ProgramRepository(session)
        self.parts = PartRepository(session)

    async def load(self, skill_ids: Iterable[UUID]) -> list[Candidate]:
        """Those that teach one of the skills, and the published ones that these need first."""
        teaching = {program.id: program for program in await self.programs.list_published_teaching(skill_ids)}
        needed = set(await self.parts.needs_from(teaching)) - teaching.keys()
        before = (await self.programs.find_many(needed)).values() if needed else ()
        programs = [*teaching.values(), *(program for program in before if program.status == "published")]
        parts = await self.parts.of([program.id for program in programs])
        return [candidate_of(program, parts[program.id]) for program in programs]


def candidate_of(program: Program, parts: Parts) -> Candidate:
    details = details_of(program)
    return Candidate(
        program_id=program.id,
        title=program.title,
        format=program.format,
        hours=hours_of(program, details) or 0.0,
        cost=cost_of(program),
        teaches=tuple(TaughtSkill(row.skill_id, row.from_level, row.to_level) for row in parts.skills),
        fit=FormatFit(details.starts_from, details.largest_step),
        needs_programs=frozenset(row.needed_program_id for row in parts.prerequisites),
        needs_levels=tuple(EntryLevel(row.skill_id, row.level) for row in parts.entry_levels),
    )
