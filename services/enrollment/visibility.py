"""Whose participation, plans, badges and follow-ups a caller sees."""

from uuid import UUID

from services.enrollment.people import People
from shared.errors import NotFound
from shared.identity.principal import Principal


def sees_everybody(caller: Principal) -> bool:
    """Clients (their scope was asked for by the signature) and administrators; users see their own circle."""
    return caller.kind != "user" or caller.is_admin


class Visibility:
    """Asks the reporting line; call it before the transaction."""

    def __init__(self, people: People) -> None:
        self.people = people

    async def may_see(self, caller: Principal, person_id: UUID) -> bool:
        """Whether the caller is the person, leads them at any distance, or sees everybody."""
        if sees_everybody(caller) or caller.person_id == person_id:
            return True
        return caller.person_id in await self.people.managers_of(person_id)

    async def check(self, caller: Principal, person_id: UUID, missing: str) -> None:
        """Raises NotFound with the text of a missing thing: what is foreign answers as what is not there."""
        if not await self.may_see(caller, person_id):
            raise NotFound(missing)
