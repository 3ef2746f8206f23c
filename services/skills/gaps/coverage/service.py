"""Use case: which skills hang on too few people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.gaps.coverage.repository import CoverageRepository, people_in
from services.skills.gaps.coverage.rules import Coverage, demands_of, too_few
from services.skills.gaps.coverage.schemas import CoverageRead, PersonBrief
from services.skills.gaps.reports.scopes import Scope
from services.skills.gaps.repository import LabelRepository
from services.skills.gaps.rules import RoleProfile, in_force
from services.skills.gaps.service import horizon_of
from services.skills.people.reading import display_name
from services.skills.people.repository import PersonRepository
from services.skills.roles.repository import RequirementRepository, RoleRepository
from services.skills.roles.schemas import SkillBrief
from shared.database.sessions import AnySession

SHOWN_PEOPLE = 20


class CoverageService:
    """Coverage of the skills that the roles of a group require."""

    def __init__(self, session: AnySession, scope: Scope, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.scope = scope
        self.now = now
        self.coverage = CoverageRepository(session, people_in(scope, now.date()), now)
        self.labels = LabelRepository(session, list(languages))

    async def list_short(self, people: int, level: float | None, horizon: str, skill_id: UUID | None) -> list[Coverage]:
        """Skills that fewer than `people` hold, most pressing first. Raises Unprocessable for a wrong horizon."""
        reach = horizon_of(horizon, self.now)
        counts = await self.coverage.people_by_role()
        roles = await self._roles(counts)
        demands = demands_of(counts, roles, reach, level)
        wanted = [demand for demand in demands.values() if skill_id in (None, demand.skill_id)]
        tolerance = (await PolicyRepository(self.session).in_force()).tolerance
        thresholds = {demand.skill_id: demand.level - tolerance for demand in wanted}
        holders = await self.coverage.count_holders(thresholds, people)
        return too_few(wanted, holders, people, await self.labels.of([d.skill_id for d in wanted]))

    async def read(self, found: Sequence[Coverage], people: int, horizon: str, *, named: bool) -> list[CoverageRead]:
        """Coverage as it is answered; `named` tells who the people are."""
        labels = await self.labels.of([coverage.demand.skill_id for coverage in found])
        lists = await self._people(found, horizon) if named else {}
        return [
            CoverageRead(
                skill=SkillBrief(id=c.demand.skill_id, label=labels.get(c.demand.skill_id, "")),
                level=c.demand.level,
                asked=c.demand.asked,
                holders=c.holders,
                missing=people - c.holders,
                single_point_of_failure=c.single_point_of_failure,
                held_by=lists[c.demand.skill_id][0] if named else None,
                could_be_cross_trained=lists[c.demand.skill_id][1] if named else None,
            )
            for c in found
        ]

    async def _people(
        self, found: Sequence[Coverage], horizon: str
    ) -> dict[UUID, tuple[list[PersonBrief], list[PersonBrief]]]:
        reach = horizon_of(horizon, self.now)
        tolerance = (await PolicyRepository(self.session).in_force()).tolerance
        roles = await self._roles(await self.coverage.people_by_role())
        asking = {id: in_force(role, reach) for id, role in roles.items()}
        lists: dict[UUID, tuple[list[UUID], list[UUID]]] = {}
        for coverage in found:
            skill_id, threshold = coverage.demand.skill_id, coverage.demand.level - tolerance
            in_roles = [role_id for role_id, needed in asking.items() if skill_id in needed]
            lists[skill_id] = (
                await self.coverage.holders(skill_id, threshold, SHOWN_PEOPLE),
                await self.coverage.next_in_line(skill_id, threshold, in_roles, SHOWN_PEOPLE),
            )
        names = await self._names({id for held, others in lists.values() for id in (*held, *others)})
        return {id: (_briefs(held, names), _briefs(others, names)) for id, (held, others) in lists.items()}

    async def _names(self, person_ids: Iterable[UUID]) -> dict[UUID, str]:
        people = await PersonRepository(self.session).find_many(person_ids)
        return {id: display_name(person) for id, person in people.items()}

    async def _roles(self, counts: Mapping[UUID, int]) -> dict[UUID, RoleProfile]:
        titles = await RoleRepository(self.session).titles_of(counts)
        requirements = await RequirementRepository(self.session).of_roles(list(titles))
        return {id: RoleProfile(id, title, tuple(requirements.get(id, ()))) for id, title in titles.items()}


def _briefs(ids: Iterable[UUID], names: Mapping[UUID, str]) -> list[PersonBrief]:
    found = [PersonBrief(id=id, display_name=names[id]) for id in ids if id in names]
    return sorted(found, key=lambda person: (person.display_name.casefold(), person.id))
