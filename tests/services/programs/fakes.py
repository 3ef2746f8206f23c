"""The skills service as the programs service sees it, by hand: a shop with two skills, two roles and four people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from shared.contracts.skills.messages import (
    GapItem,
    GapList,
    LineManager,
    PersonSummary,
    ReportingLine,
    RoleSummary,
    SkillSummary,
)
from shared.errors import NotFound, Unavailable


def skill(number: int, name: str, label: str, status: str = "published") -> SkillSummary:
    return SkillSummary.model_validate(
        {
            "id": UUID(int=number),
            "uri": f"https://shop.example/skills/{name}",
            "label": label,
            "status": status,
            "scale_min": 1,
            "scale_max": 5,
        }
    )


VIDEO_CALLS = skill(0xA, "video", "Hold video calls")
SOCIAL_MEDIA = skill(0xB, "social", "Market on social media")
TELEX = skill(0xC, "telex", "Send a telex", "deprecated")
SALES = RoleSummary(id=UUID(int=0x51), title="Sales representative")
MARKETER = RoleSummary(id=UUID(int=0x52), title="Social media marketer")
BOSS = PersonSummary(id=UUID(int=0xE0), display_name="Bo Berg", active=True)
LEA = PersonSummary(id=UUID(int=0xE1), display_name="Lea Holm", active=True, manager_id=BOSS.id)
MIA = PersonSummary(id=UUID(int=0xE2), display_name="Mia Berg", active=True, role_id=SALES.id, manager_id=LEA.id)
TOM = PersonSummary(id=UUID(int=0xE3), display_name="Tom Stranger", active=True)


def gap_item(skill: SkillSummary, level: float | None, target: float, importance: float, **fields: object) -> GapItem:
    gap = max(0.0, target - (level or 0))
    values = {"status": "unrated" if level is None else "gap" if gap else "met", "kind": "reskilling", **fields}
    return GapItem.model_validate(
        {
            "skill_id": skill.id,
            "label": skill.label,
            "target_level": target,
            "level": level,
            "gap": gap,
            "importance": importance,
            "weighted_gap": gap * importance,
            **values,
        }
    )


MIAS_GAPS = [gap_item(SOCIAL_MEDIA, 1, 3, 1.0), gap_item(VIDEO_CALLS, None, 3, 0.5)]


@dataclass
class FakeSkills:
    """Answers what the real client answers; `available` False is a neighbour that is down."""

    external_ids: dict[str, UUID] = field(
        default_factory=lambda: {
            "hris:E1": LEA.id,
            "hris:E2": MIA.id,
            "hris:R-MKT": MARKETER.id,
            "esco:social": SOCIAL_MEDIA.id,
        }
    )
    skills: dict[UUID, SkillSummary] = field(
        default_factory=lambda: {skill.id: skill for skill in (VIDEO_CALLS, SOCIAL_MEDIA, TELEX)}
    )
    people: dict[UUID, PersonSummary] = field(
        default_factory=lambda: {person.id: person for person in (BOSS, LEA, MIA, TOM)}
    )
    roles: dict[UUID, RoleSummary] = field(default_factory=lambda: {role.id: role for role in (SALES, MARKETER)})
    gaps: dict[tuple[UUID, UUID | None], list[GapItem]] = field(
        default_factory=lambda: {(MIA.id, MARKETER.id): MIAS_GAPS, (MIA.id, SALES.id): []}
    )
    deputies: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    available: bool = True

    async def list_skills(self, references: Iterable[str | UUID]) -> dict[str, SkillSummary]:
        found = {str(reference): self.skills.get(self._id(reference)) for reference in references}
        return {reference: skill for reference, skill in found.items() if skill is not None}

    async def get_role(self, reference: str | UUID) -> RoleSummary:
        return _found(self.roles.get(self._id(reference)), f"role {reference}")

    async def get_person(self, reference: str | UUID) -> PersonSummary:
        return _found(self.people.get(self._id(reference)), f"person {reference}")

    async def get_reporting_line(self, person: str | UUID) -> ReportingLine:
        found = await self.get_person(person)
        managers: list[LineManager] = []
        above = found.manager_id
        while above is not None:
            managers.append(LineManager(person=self.people[above], deputy_ids=self.deputies.get(above, ())))
            above = self.people[above].manager_id
        return ReportingLine(person=found, managers=managers)

    async def get_gaps(self, person: str | UUID, role: str | UUID | None = None, horizon: str | None = None) -> GapList:
        found = await self.get_person(person)
        role_id = found.role_id if role is None else (await self.get_role(role)).id
        return GapList(person_id=found.id, role_id=role_id, data=self.gaps.get((found.id, role_id), []))

    def _id(self, reference: str | UUID) -> UUID:
        if not self.available:
            raise Unavailable("skills does not answer.")
        text = str(reference)
        return self.external_ids.get(text, UUID(int=0)) if ":" in text else UUID(text)


Thing = TypeVar("Thing")


def _found(thing: Thing | None, name: str) -> Thing:
    if thing is None:
        raise NotFound(f"There is no {name}.")
    return thing
