"""HTTP endpoints of assignments."""

from services.skills.access import PeopleReader
from services.skills.people.assignments.schemas import AssignmentsRead
from services.skills.people.assignments.service import read_assignments
from services.skills.people.service import PersonService
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.pagination import Pages, slice_page
from shared.references import IdPath

people = Router(prefix="/v1/people", tags=["People"])


@people.get("/{id}/assignments", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_assignments(id: IdPath, caller: PeopleReader, session: ReadSession, paging: Pages) -> AssignmentsRead:
    """Where a person stood, and when: role, manager and org unit, the latest first."""
    found = await read_assignments(session, await PersonService(session).readable(id, caller))
    page = slice_page(found.data, paging)
    return found.model_copy(update={"data": page.data, "next_cursor": page.next_cursor})


routers = (people,)
