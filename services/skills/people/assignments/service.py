"""Use cases of assignments."""

from services.skills.people.assignments.repository import LONG_AGO, AssignmentRepository
from services.skills.people.assignments.schemas import AssignmentRead, AssignmentsRead
from services.skills.people.models import Person
from services.skills.people.org_units.repository import OrgUnitRepository
from services.skills.roles.repository import RoleRepository
from services.skills.roles.schemas import RoleBrief
from shared.database.sessions import AnySession


async def read_assignments(session: AnySession, person: Person) -> AssignmentsRead:
    """Where a person stood, the latest first."""
    rows = await AssignmentRepository(session).history_of(person.id)
    titles = await RoleRepository(session).titles_of(row.role_id for row in rows)
    units = await OrgUnitRepository(session).find_many(row.org_unit_id for row in rows)
    data = [
        AssignmentRead(
            role=RoleBrief(id=row.role_id, title=titles[row.role_id]) if row.role_id else None,
            manager_id=row.manager_id,
            org_unit_id=row.org_unit_id,
            org_unit=units[row.org_unit_id].code if row.org_unit_id else None,
            valid_from=None if row.valid_from <= LONG_AGO else row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    ]
    return AssignmentsRead(person_id=person.id, data=data)
