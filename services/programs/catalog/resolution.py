"""What a program's body refers to, looked up in the skills service before the transaction begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.programs.catalog import rules
from services.programs.catalog.schemas import ProgramWrite
from services.programs.formats.details import Details
from services.programs.neighbours import SkillsService
from shared.contracts.skills.messages import SkillSummary
from shared.errors import Fault, NotFound, Unprocessable


@dataclass(frozen=True)
class ResolvedSkill:
    """A taught skill with its id and its label of today."""

    skill_id: UUID
    label: str
    from_level: float
    to_level: float


@dataclass(frozen=True)
class ResolvedEntry:
    """An entry level with the skill's id and label, and its position among the prerequisites."""

    position: int
    skill_id: UUID
    label: str
    level: float


@dataclass(frozen=True)
class ResolvedProgram:
    """A body whose references to the skills service are ids. `needed` are other programs as the body names them."""

    body: ProgramWrite
    details: Details
    owner_id: UUID | None
    skills: tuple[ResolvedSkill, ...]
    entry_levels: tuple[ResolvedEntry, ...]

    @property
    def needed(self) -> dict[int, str]:
        """Positions and references of the programs that come before."""
        prerequisites = enumerate(self.body.prerequisites)
        return {place: asked.program_id for place, asked in prerequisites if asked.program_id is not None}


@dataclass(frozen=True)
class Present:
    """What the program refers to now: it is not asked for again, and may have left the taxonomy since."""

    labels: Mapping[UUID, str]
    others: frozenset[str]
    """Ids of people and roles."""


NOTHING_PRESENT = Present({}, frozenset())


class Resolver:
    """Raises Unprocessable naming every place with an unknown reference, LevelOutsideScale, Unavailable."""

    def __init__(self, skills: SkillsService, present: Present = NOTHING_PRESENT) -> None:
        self.skills = skills
        self.present = present

    async def resolve(self, body: ProgramWrite) -> ResolvedProgram:
        asked = {taught.skill_id for taught in body.skills}
        asked.update(entry.skill_id for entry in body.prerequisites if entry.skill_id is not None)
        known = await self.skills.list_skills(sorted(asked)) if asked else {}
        self._check_known(body, known)
        return ResolvedProgram(
            body=body,
            details=await self._details(body.details),
            owner_id=await self._person(body.owner_id, "/owner_id"),
            skills=tuple(self._taught(body, known)),
            entry_levels=tuple(self._entries(body, known)),
        )

    def _check_known(self, body: ProgramWrite, known: Mapping[str, SkillSummary]) -> None:
        places = {f"/skills/{place}/skill_id": taught.skill_id for place, taught in enumerate(body.skills)}
        for place, asked in enumerate(body.prerequisites):
            if asked.skill_id is not None:
                places[f"/prerequisites/{place}/skill_id"] = asked.skill_id
        faults = [
            Fault(pointer=pointer, detail=f"There is no skill {reference}.")
            for pointer, reference in places.items()
            if reference not in known and self._kept(reference) is None
        ]
        if faults:
            raise Unprocessable("The program names skills that do not exist.", errors=faults)

    def _taught(self, body: ProgramWrite, known: Mapping[str, SkillSummary]) -> list[ResolvedSkill]:
        found: dict[UUID, ResolvedSkill] = {}
        for place, taught in enumerate(body.skills):
            skill_id, label = self._identify(taught.skill_id, known, f"/skills/{place}/skill_id")
            if skill_id in found:
                raise Unprocessable("The skill is named twice.", pointer=f"/skills/{place}/skill_id")
            if (skill := known.get(taught.skill_id)) is not None:
                scale = rules.Range(skill.scale_min, skill.scale_max)
                rules.check_taught_levels(place, taught.from_level, taught.to_level, scale)
            found[skill_id] = ResolvedSkill(skill_id, label, taught.from_level, taught.to_level)
        return list(found.values())

    def _entries(self, body: ProgramWrite, known: Mapping[str, SkillSummary]) -> list[ResolvedEntry]:
        found: dict[UUID, ResolvedEntry] = {}
        for place, asked in enumerate(body.prerequisites):
            if asked.skill_id is None or asked.level is None:
                continue
            skill_id, label = self._identify(asked.skill_id, known, f"/prerequisites/{place}/skill_id")
            if skill_id in found:
                raise Unprocessable("The skill is named twice.", pointer=f"/prerequisites/{place}/skill_id")
            if (skill := known.get(asked.skill_id)) is not None:
                entry = rules.LevelAsked(place, skill_id, asked.level)
                rules.check_entry_level(entry, rules.Range(skill.scale_min, skill.scale_max))
            found[skill_id] = ResolvedEntry(place, skill_id, label, asked.level)
        return list(found.values())

    def _identify(self, reference: str, known: Mapping[str, SkillSummary], pointer: str) -> tuple[UUID, str]:
        """A deprecated skill may stay where it is, and is not taken up anew."""
        kept = self._kept(reference)
        if (skill := known.get(reference)) is None:
            assert kept is not None
            return kept, self.present.labels[kept]
        if skill.status == "deprecated" and skill.id not in self.present.labels:
            raise Unprocessable(f"The skill {skill.label} is deprecated.", pointer=pointer)
        return skill.id, skill.label

    def _kept(self, reference: str) -> UUID | None:
        return next((id for id in self.present.labels if str(id) == reference.lower()), None)

    async def _details(self, details: Details) -> Details:
        """The details with ids in place of external ids."""
        ids: dict[str, str] = {}
        for name in details.roles:
            if (reference := getattr(details, name)) is not None:
                ids[name] = str(await self._role(reference, f"/details/{name}"))
        for name in details.people:
            if (person := await self._person(getattr(details, name), f"/details/{name}")) is not None:
                ids[name] = str(person)
        return details.model_copy(update=ids)

    async def _role(self, reference: str, pointer: str) -> UUID:
        if reference in self.present.others:
            return UUID(reference)
        try:
            return (await self.skills.get_role(reference)).id
        except NotFound:
            raise Unprocessable(f"There is no role {reference}.", pointer=pointer) from None

    async def _person(self, reference: str | None, pointer: str) -> UUID | None:
        if reference is None or reference in self.present.others:
            return None if reference is None else UUID(reference)
        try:
            return (await self.skills.get_person(reference)).id
        except NotFound:
            raise Unprocessable(f"There is no person {reference}.", pointer=pointer) from None


async def find_skill(skills: SkillsService, reference: str) -> UUID:
    """The id behind a reference in a query. Raises Unprocessable when it is unknown; a UUID is not asked for."""
    if ":" not in reference:
        return UUID(reference)
    if (skill := (await skills.list_skills([reference])).get(reference)) is None:
        raise Unprocessable(f"There is no skill {reference}.", pointer="query/skill_id")
    return skill.id


async def find_person(skills: SkillsService, reference: str) -> UUID:
    """The same for a person."""
    if ":" not in reference:
        return UUID(reference)
    try:
        return (await skills.get_person(reference)).id
    except NotFound:
        raise Unprocessable(f"There is no person {reference}.", pointer="query/owner_id") from None
