"""How people are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

from services.skills.people.models import Person
from services.skills.people.org_units.repository import OrgUnitRepository
from services.skills.people.rules import Assignment
from services.skills.people.schemas import PersonRead
from services.skills.roles.repository import RoleRepository
from services.skills.roles.schemas import RoleBrief
from shared.database.sessions import AnySession
from shared.references import References

# Of the columns of a person, what is not shown, and what is shown of where they stand.
NOT_SHOWN = frozenset({"deleted_at", "user_name_key", "role_id", "manager_id", "org_unit_id"})


async def read_people(
    session: AnySession, people: Sequence[Person], places: Mapping[UUID, Assignment] | None = None
) -> list[PersonRead]:
    """People where they stand, or in the places given by their ids."""
    at = {person.id: assignment_of(person) for person in people} | dict(places or {})
    external_ids = await References(session, "person").of([person.id for person in people])
    titles = await RoleRepository(session).titles_of(place.role_id for place in at.values())
    units = await OrgUnitRepository(session).find_many(place.org_unit_id for place in at.values())
    return [
        PersonRead(
            **person.model_dump(exclude=set(NOT_SHOWN)),
            **asdict(place := at[person.id]),
            display_name=display_name(person),
            org_unit=units[place.org_unit_id].code if place.org_unit_id else None,
            role=RoleBrief(id=place.role_id, title=titles[place.role_id]) if place.role_id else None,
            external_ids=external_ids.get(person.id, []),
            deleted=person.deleted_at is not None,
        )
        for person in people
    ]


def display_name(person: Person) -> str:
    """The name that people see."""
    return " ".join(part for part in (person.given_name, person.family_name) if part) or person.user_name


def assignment_of(person: Person) -> Assignment:
    """Where a person stands now."""
    return Assignment(person.role_id, person.manager_id, person.org_unit_id)
