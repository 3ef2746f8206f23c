"""Use case: find somebody who can help."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.skills.gaps.coverage.schemas import PersonBrief
from services.skills.gaps.experts.repository import ExpertRepository
from services.skills.gaps.experts.schemas import ExpertRead, ExpertsPage
from services.skills.gaps.service import DIGITS
from services.skills.people.models import Person
from services.skills.people.reading import display_name
from services.skills.processing.rules import Processing
from services.skills.processing.service import ProcessingService
from services.skills.roles.repository import RoleRepository
from services.skills.roles.schemas import RoleBrief, SkillBrief
from services.skills.taxonomy.skills.repository import SkillRepository
from shared.database.sessions import AnySession
from shared.languages import choose_label
from shared.pagination import Paging
from shared.references import References


class ExpertService:
    """Experts are people who agreed to be found, at a level that others have seen."""

    def __init__(self, session: AnySession, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.languages = languages
        self.now = now

    async def find(self, skill: str, level: float, paging: Paging) -> ExpertsPage:
        """Raises NotFound for an unknown skill, SwitchedOff."""
        await ProcessingService(self.session).demand(Processing.EXPERT_FINDER)
        found = await SkillRepository(self.session).get(await References(self.session, "skill").get(skill))
        experts, cursor = await ExpertRepository(self.session).list_page(paging, found.id, level, self.now)
        titles = await RoleRepository(self.session).titles_of(person.role_id for person, _ in experts)
        return ExpertsPage(
            skill=SkillBrief(id=found.id, label=choose_label(found.labels, self.languages)),
            level=level,
            data=[_expert(person, titles, level) for person, level in experts],
            next_cursor=cursor,
        )


def _expert(person: Person, titles: dict[UUID, str], level: float) -> ExpertRead:
    role = RoleBrief(id=person.role_id, title=titles[person.role_id]) if person.role_id else None
    return ExpertRead(
        person=PersonBrief(id=person.id, display_name=display_name(person)),
        role=role,
        org_unit_id=person.org_unit_id,
        level=round(level, DIGITS),
    )
