"""Who sees and who answers follow-ups: what has to be asked of the skills service before anything is written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.enrollment.enrollments.acting import Actor, actor_of
from services.enrollment.enrollments.schemas import ActorKind
from services.enrollment.followups.models import FollowUp
from services.enrollment.followups.repository import FollowUpFilter, FollowUpRepository
from services.enrollment.followups.schemas import FollowUpAnswer, FollowUpFilters, FollowUpRead
from services.enrollment.followups.service import FollowUpService, read, read_many
from services.enrollment.people import People
from services.enrollment.switches import demand, is_on
from services.enrollment.visibility import Visibility, me, sees_everybody
from shared.database.sessions import ReadOnlySession, UnitOfWork
from shared.errors import Forbidden, Unprocessable
from shared.identity.principal import Principal
from shared.pagination import Page, Paging
from shared.references import parse_references


class FollowUpNotYours(Forbidden):
    """Only who leads the person answers, never the person."""

    code, title = "follow-up-not-yours", "Somebody else has to answer"


@dataclass(frozen=True)
class FollowUpDesk:
    """Reads follow-ups for a caller, and takes answers from those who may give them."""

    reading: ReadOnlySession
    people: People
    now: datetime

    async def page(self, caller: Principal, paging: Paging, filters: FollowUpFilters) -> Page[FollowUpRead]:
        """One page. Raises Unprocessable for a person who does not exist, NotAPerson."""
        wanted = await self._wanted(caller, filters)
        rows, cursor = await FollowUpRepository(self.reading).list_page(paging, wanted, self.now.date())
        return Page(data=await self._shown(read_many(rows, self.now.date())), next_cursor=cursor)

    async def get(self, caller: Principal, id: UUID) -> FollowUpRead:
        """One of them. Raises NotFound, also for somebody else's."""
        (shown,) = await self._shown([read(await self._visible(caller, id), self.now.date())])
        return shown

    async def answer(self, session: UnitOfWork, caller: Principal, id: UUID, body: FollowUpAnswer) -> FollowUpRead:
        """Write down what was seen. Raises NotFound, FollowUpNotYours, AlreadyAnswered, MayNotAct, SwitchedOff and
        Unprocessable for an observation that is not wanted, or is missing.
        """
        follow_up = await self._visible(caller, id)
        actor = await actor_of(caller, body.acting_person_id, self.people)
        if not await self._may_answer(actor, follow_up):
            raise FollowUpNotYours("A follow-up is answered by who leads the person, or stands in for them.")
        await self._check_observation(body)
        return await FollowUpService(session).answer(id, body, actor.person_id, self.now)

    async def _check_observation(self, body: FollowUpAnswer) -> None:
        """While behaviour ratings are switched on, an answer has one; else the talk is noted without."""
        if body.applied is not None:
            await demand(self.people.skills, "behaviour_ratings")
        elif await is_on(self.people.skills, "behaviour_ratings"):
            raise Unprocessable("Say whether the person uses at work what was learned.", pointer="/applied")

    async def _shown(self, found: list[FollowUpRead]) -> list[FollowUpRead]:
        """What was observed is shown while behaviour ratings are switched on."""
        if all(one.applied is None for one in found) or await is_on(self.people.skills, "behaviour_ratings"):
            return found
        return [one.model_copy(update={"applied": None}) for one in found]

    async def _visible(self, caller: Principal, id: UUID) -> FollowUp:
        follow_up = await FollowUpRepository(self.reading).get(id)
        asked = {follow_up.leader_id, follow_up.escalated_to_id} - {None}
        if caller.person_id not in asked:
            await Visibility(self.people).check(caller, follow_up.person_id, f"There is no follow-up {id}.")
        return follow_up

    async def _may_answer(self, actor: Actor, follow_up: FollowUp) -> bool:
        if actor.kind is ActorKind.CLIENT or actor.administrator:
            return True
        if actor.person_id in (None, follow_up.person_id):
            return False
        if actor.person_id in (follow_up.leader_id, follow_up.escalated_to_id):
            return True
        return actor.person_id in await self.people.leaders_of(follow_up.person_id)

    async def _wanted(self, caller: Principal, filters: FollowUpFilters) -> FollowUpFilter:
        person_id = await self.people.find_id(filters.person_id, "query/person_id")
        leader_id = await self.people.find_id(filters.leader_id, "query/leader_id")
        return FollowUpFilter(
            enrollment_id=filters.enrollment_id,
            person_id=person_id,
            leader_id=leader_id,
            kind=filters.kind,
            status=filters.status,
            ids=None if filters.ids is None else _ids(filters.ids),
            updated_since=filters.updated_since,
            circle_of=await self._circle(caller, person_id, leader_id),
        )

    async def _circle(self, caller: Principal, person_id: UUID | None, leader_id: UUID | None) -> UUID | None:
        """None when the caller sees whatever the filters leave, else the caller, who sees only what is theirs."""
        if sees_everybody(caller):
            return None
        visibility = Visibility(self.people)
        for asked in (person_id, leader_id):
            if asked is not None and await visibility.may_see(caller, asked):
                return None
        return me(caller)


def _ids(text: str) -> list[UUID]:
    """Follow-ups have no external ids: what is none of ours is unknown. Raises Unprocessable for nonsense."""
    return [UUID(reference) for reference in parse_references(text) if ":" not in reference]
