"""People as this service needs them: known by the skills service, asked before a transaction begins."""

from uuid import UUID

from shared.contracts.skills.client import SkillsClient
from shared.contracts.skills.messages import ReportingLine
from shared.errors import NotFound, Unprocessable


class People:
    """Finds people and their reporting lines. Raises Unavailable while the skills service does not answer."""

    def __init__(self, skills: SkillsClient) -> None:
        self.skills = skills

    async def find_id(self, reference: str | None, pointer: str) -> UUID | None:
        """The person's id; an external id is looked up. Raises Unprocessable naming the place."""
        if reference is None:
            return None
        if ":" not in reference:
            return UUID(reference)
        try:
            return (await self.skills.get_person(reference)).id
        except NotFound:
            raise Unprocessable(f"There is no person {reference}.", pointer=pointer) from None

    async def get_line(self, reference: str, pointer: str) -> ReportingLine:
        """The person and their managers. Raises Unprocessable for an unknown person, or one who is not active."""
        try:
            line = await self.skills.get_reporting_line(reference)
        except NotFound:
            raise Unprocessable(f"There is no person {reference}.", pointer=pointer) from None
        if not line.person.active:
            raise Unprocessable("The person is not active.", pointer=pointer)
        return line

    async def managers_of(self, person_id: UUID) -> frozenset[UUID]:
        """Everybody above the person; nobody when the person is gone."""
        try:
            line = await self.skills.get_reporting_line(person_id)
        except NotFound:
            return frozenset()
        return frozenset(manager.person.id for manager in line.managers)

    async def leaders_of(self, person_id: UUID) -> frozenset[UUID]:
        """Everybody above the person, and who stands in for them now; nobody when the person is gone."""
        try:
            line = await self.skills.get_reporting_line(person_id)
        except NotFound:
            return frozenset()
        deputies = {deputy for manager in line.managers for deputy in manager.deputy_ids}
        return frozenset(deputies.union(manager.person.id for manager in line.managers) - {person_id})
