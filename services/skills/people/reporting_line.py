"""Who is above a person, and who acts for them: what approvals and follow-ups ask for."""

from datetime import date

from services.skills.people.deputies.repository import DeputyRepository
from services.skills.people.models import Person
from services.skills.people.reading import display_name
from services.skills.people.repository import PersonRepository
from services.skills.people.rules import has_left
from services.skills.people.service import PersonService
from shared.contracts.skills.messages import LineManager, PersonSummary, ReportingLine
from shared.database.sessions import AnySession


class ReportingLineService:
    """The way up from a person."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def read(self, reference: str, today: date) -> ReportingLine:
        """Managers of a person, the line manager first; also those who are away. Raises NotFound."""
        person = await PersonService(self.session).find_row(reference)
        people = PersonRepository(self.session)
        line = await people.line_of(person.id)
        managers = await people.find_many(line)
        deputies = await DeputyRepository(self.session).acting_on(line, today)
        return ReportingLine(
            person=summary_of(person, today),
            managers=[
                LineManager(person=summary_of(managers[id], today), deputy_ids=deputies.get(id, ())) for id in line
            ],
        )


def summary_of(person: Person, today: date) -> PersonSummary:
    """A person for neighbours. `active` also means: has not left, and the record is there."""
    here = person.deleted_at is None and not has_left(person.left_on, today)
    return PersonSummary(
        id=person.id,
        display_name=display_name(person),
        active=person.active and here,
        role_id=person.role_id,
        manager_id=person.manager_id,
        org_unit_id=person.org_unit_id,
        hired_on=person.hired_on,
        left_on=person.left_on,
    )
