"""Use cases of aspirations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.skills.people.aspirations.repository import AspirationRepository
from services.skills.people.aspirations.schemas import (
    AspirationsRead,
    AspirationsWrite,
    AspiredRoleRead,
    InterestRead,
)
from services.skills.people.models import Person
from services.skills.people.service import PersonService
from services.skills.processing.repository import ProcessingRepository
from services.skills.processing.rules import Processing
from services.skills.roles.repository import RoleRepository
from services.skills.roles.schemas import RoleBrief, SkillBrief
from services.skills.roles.service import RoleService
from services.skills.taxonomy.skills.repository import SkillRepository
from services.skills.taxonomy.skills.service import SkillService
from shared.contracts.skills.events import AspirationsChanged
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Forbidden, Unprocessable
from shared.events.outbox import record
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.languages import choose_label


class AspirationsNotShown(Forbidden):
    code, title = "aspirations-not-shown", "The organisation does not show aspirations to leaders"


class AspirationService:
    """What people want to become and to learn."""

    def __init__(self, session: AnySession, languages: Sequence[str] = ()) -> None:
        self.session = session
        self.languages = languages
        self.aspirations = AspirationRepository(session)

    async def find_shown(self, reference: str, caller: Principal) -> Person:
        """The person behind a reference, if the caller may read what they wish.

        Raises NotFound, and AspirationsNotShown for those above the person while that is switched off.
        """
        person = await PersonService(self.session).readable(reference, caller)
        if not await self.are_shown(person, caller):
            raise AspirationsNotShown("Ask them.")
        return person

    async def are_shown(self, person: Person, caller: Principal) -> bool:
        """Whether somebody who may read the person may read their aspirations too."""
        if caller.has(Scope.PEOPLE_READ) or caller.person_id == person.id:
            return True
        return await ProcessingRepository(self.session).allows(Processing.ASPIRATIONS_VISIBLE_TO_LEADER)

    async def most_wanted_role(self, person: Person, caller: Principal) -> UUID | None:
        """The role that a person wants most, if they named one and the caller may know."""
        if not await self.are_shown(person, caller):
            return None
        return next(iter(await self.aspirations.roles_of(person.id)), None)

    async def read(self, person: Person) -> AspirationsRead:
        told = await self.aspirations.find(person.id)
        roles = await self.aspirations.roles_of(person.id)
        titles = await RoleRepository(self.session).titles_of(roles)
        interests = await self.aspirations.interests_of(person.id)
        skills = await SkillRepository(self.session).find_many(interests)
        return AspirationsRead(
            revision=told.revision if told else 0,
            person_id=person.id,
            data=[AspiredRoleRead(role=RoleBrief(id=id, title=titles[id])) for id in roles],
            interests=[
                InterestRead(
                    skill=SkillBrief(id=id, label=choose_label(skills[id].labels, self.languages)), interest=interest
                )
                for id, interest in interests.items()
            ],
            updated_at=told.updated_at if told else None,
        )

    async def replace(
        self, person: Person, body: AspirationsWrite, revision: int | None, now: datetime
    ) -> AspirationsRead:
        """Write all wishes; the same again changes nothing. Raises PreconditionFailed, and Unprocessable naming the
        place.
        """
        assert isinstance(self.session, UnitOfWork)
        roles = await self._roles(body)
        interests = await self._interests(body)
        if await self.aspirations.replace(person.id, revision, roles, interests, now):
            await record(self.session, AspirationsChanged(person_id=person.id))
        return await self.read(person)

    async def _roles(self, body: AspirationsWrite) -> list[UUID]:
        known = await RoleService(self.session).list_by_reference(wish.role_id for wish in body.data)
        found: list[UUID] = []
        for place, wish in enumerate(body.data):
            pointer = f"/data/{place}/role_id"
            if wish.role_id not in known:
                raise Unprocessable(f"There is no role {wish.role_id}.", pointer=pointer)
            if known[wish.role_id] in found:
                raise Unprocessable("This role is named twice.", pointer=pointer)
            found.append(known[wish.role_id])
        return found

    async def _interests(self, body: AspirationsWrite) -> dict[UUID, int]:
        known = await SkillService(self.session).list_by_reference(wish.skill_id for wish in body.interests)
        found: dict[UUID, int] = {}
        for place, wish in enumerate(body.interests):
            pointer = f"/interests/{place}/skill_id"
            if wish.skill_id not in known or known[wish.skill_id].status == "draft":
                raise Unprocessable(f"There is no published skill {wish.skill_id}.", pointer=pointer)
            if known[wish.skill_id].id in found:
                raise Unprocessable("This skill is named twice.", pointer=pointer)
            found[known[wish.skill_id].id] = wish.interest
        return found
