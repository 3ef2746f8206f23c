"""HTTP endpoints of levels."""

from typing import Annotated

from fastapi import Query

from services.skills.access import PeopleReader
from services.skills.assessments.levels.schemas import PersonSkills
from services.skills.assessments.levels.service import LevelReader
from services.skills.people.moments import AsOf
from services.skills.people.service import PersonService
from shared.clock import Now
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.languages import Languages
from shared.pagination import Pages, slice_page
from shared.references import IdPath, Reference, References

people = Router(prefix="/v1/people", tags=["Levels"])


@people.get("/{id}/skills", responses=problems(BadRequest, NotFound, Unprocessable))
async def get_skills_of_person(
    id: IdPath,
    caller: PeopleReader,
    session: ReadSession,
    paging: Pages,
    languages: Languages,
    now: Now,
    as_of: AsOf,
    skill_id: Annotated[Reference | None, Query(description="Only this skill.")] = None,
) -> PersonSkills:
    """A person's levels, each explained source by source.

    level = Σ weight · recency · mean / Σ weight · recency over the sources that count, where recency halves
    with every half-life of the policy. A learning rating takes the place of earlier, lower ones; a person's own
    rating counts only while no other source does; peers count from the policy's minimum on and only together.
    """
    person = await PersonService(session).readable(id, caller)
    skill = await References(session, "skill").demand(skill_id, "query/skill_id") if skill_id else None
    found = await LevelReader(session, languages, now).of_person(person.id, as_of, skill)
    page = slice_page(found.data, paging)
    return found.model_copy(update={"data": page.data, "next_cursor": page.next_cursor})


routers = (people,)
