"""The query of the expert finder."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.skills.assessments.exemptions.models import Suspension
from services.skills.assessments.exemptions.repository import standing
from services.skills.assessments.levels.models import SkillLevel
from services.skills.people.models import Person
from services.skills.people.repository import here_on
from shared.database.sessions import AnySession
from shared.pagination import Paging

_levels: Any = SkillLevel.__table__  # type: ignore[attr-defined]


class ExpertRepository:
    """People who agreed to be found, by what others say that they can do."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def list_page(
        self, paging: Paging, skill_id: UUID, level: float, now: datetime
    ) -> tuple[list[tuple[Person, float]], str | None]:
        """Experts and their level, the highest first, then by id."""
        suspended = (
            select(col(Suspension.id))
            .where(
                col(Suspension.person_id) == col(Person.id),
                col(Suspension.skill_id) == skill_id,
                standing(Suspension, now),
            )
            .exists()
        )
        statement = (
            select(Person, _levels.c.level)
            .join(_levels, _levels.c.person_id == col(Person.id))
            .where(
                here_on(now.date()),
                col(Person.active).is_(True),
                col(Person.expert_finder).is_(True),
                _levels.c.skill_id == skill_id,
                _levels.c.verified.is_(True),
                _levels.c.level >= level,
                ~suspended,
            )
            .order_by(_levels.c.level.desc(), col(Person.id))
            .limit(paging.limit + 1)
        )
        if (position := paging.position()) is not None:
            last_level, last_id = float(position[0]), UUID(str(position[1]))
            statement = statement.where(
                (_levels.c.level < last_level) | ((_levels.c.level == last_level) & (col(Person.id) > last_id))
            )
        rows = [(person, float(found)) for person, found in await self.session.execute(statement)]
        if len(rows) <= paging.limit:
            return rows, None
        person, found = rows[paging.limit - 1]
        return rows[: paging.limit], paging.cursor_after(found, person.id)
