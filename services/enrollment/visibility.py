"""Whose participation, plans, badges and follow-ups a caller sees."""

from uuid import UUID

from services.enrollment.people import People
from shared.errors import Forbidden, NotFound, Unprocessable
from shared.identity.principal import Principal


class NotAPerson(Forbidden):
    """The identity provider's account belongs to nobody whom the skills service knows."""

    code, title = "not-a-person", "The account is nobody's"


def sees_everybody(caller: Principal) -> bool:
    """Clients (their scope was asked for by the signature) and administrators; users see their own circle."""
    return caller.kind != "user" or caller.is_admin


def me(caller: Principal) -> UUID:
    """The person behind a user's account. Raises NotAPerson."""
    if caller.person_id is None:
        raise NotAPerson("Your account is not linked to a person.")
    return caller.person_id


class Visibility:
    """Asks the reporting line; call it before the transaction."""

    def __init__(self, people: People) -> None:
        self.people = people

    async def may_see(self, caller: Principal, person_id: UUID) -> bool:
        """Whether the caller is the person, leads them at any distance, stands in for such a leader, or sees
        everybody."""
        if sees_everybody(caller) or caller.person_id == person_id:
            return True
        return caller.person_id in await self.people.leaders_of(person_id)

    async def whose(self, caller: Principal, reference: str | None) -> UUID | None:
        """Whose things a list holds: of the person that was asked for, of everybody (None), or the caller's own.

        Raises Unprocessable for somebody whom the caller does not see, as for somebody who does not exist, and
        NotAPerson for an account that is nobody's.
        """
        person_id = await self.people.find_id(reference, "query/person_id")
        if person_id is None:
            return None if sees_everybody(caller) else me(caller)
        if not await self.may_see(caller, person_id):
            raise Unprocessable(f"There is no person {reference}.", pointer="query/person_id")
        return person_id

    async def check(self, caller: Principal, person_id: UUID, missing: str) -> None:
        """Raises NotFound with the text of a missing thing: what is foreign answers as what is not there."""
        if not await self.may_see(caller, person_id):
            raise NotFound(missing)
