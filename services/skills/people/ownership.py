"""Who may change what belongs to a person: clients by their scope, the person, sometimes those above them."""

from services.skills.people.models import Person
from services.skills.people.service import PersonService
from shared.database.sessions import AnySession
from shared.errors import Forbidden
from shared.identity.principal import Principal
from shared.identity.scopes import Scope


class NotYours(Forbidden):
    code, title = "not-yours", "Only the person themselves decides this"


async def find_own(session: AnySession, reference: str, caller: Principal) -> Person:
    """The person behind a reference, if the caller is that person or a client that may write people.

    Raises NotYours for those above the person, and NotFound for everybody else.
    """
    person = await find_led(session, reference, caller)
    if not caller.has(Scope.PEOPLE_WRITE) and caller.person_id != person.id:
        raise NotYours("Who leads somebody does not decide this for them.")
    return person


async def find_led(session: AnySession, reference: str, caller: Principal) -> Person:
    """The person behind a reference, if the caller is that person, somebody above them, or a client that may
    write people. Raises NotFound otherwise: a foreign id answers exactly as a missing one.
    """
    service = PersonService(session)
    if caller.has(Scope.PEOPLE_WRITE):
        return await service.find_row(reference)
    return await service.readable(reference, caller)
