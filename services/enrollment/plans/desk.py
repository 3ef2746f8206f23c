"""Who makes, sees and moves plans: what has to be asked of the neighbours before anything is written."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.enrollment.enrollments.acting import Actor, actor_of
from services.enrollment.enrollments.schemas import ActorKind
from services.enrollment.people import People
from services.enrollment.plans.models import Plan
from services.enrollment.plans.naming import Anchors, NamedRole, Names
from services.enrollment.plans.repository import PlanFilter, PlanRepository
from services.enrollment.plans.rules import LEADER_ACTIONS, PlanAction
from services.enrollment.plans.schemas import PlanAct, PlanCreate, PlanFilters, PlanRead, PlanWrite
from services.enrollment.plans.service import PlanService
from services.enrollment.visibility import Visibility
from shared.database.sessions import ReadOnlySession, UnitOfWork
from shared.errors import Forbidden, Unprocessable
from shared.identity.principal import Principal
from shared.merge_patch import apply_patch
from shared.pagination import Page, Paging
from shared.references import parse_references

UNNAMED = "Development plan"


class PlanMoveNotYours(Forbidden):
    """The person's leaders answer a review; a client names the leader for whom it acts."""

    code, title = "plan-move-not-yours", "Somebody else has to do this"


@dataclass(frozen=True)
class PlanDesk:
    """Plans for a caller. `reading` is for what must be known before the transaction begins."""

    reading: ReadOnlySession
    people: People
    names: Names
    now: datetime

    async def page(self, caller: Principal, paging: Paging, filters: PlanFilters) -> Page[PlanRead]:
        """One page. Raises Unprocessable for a person or role that does not exist, NotAPerson."""
        role = await self.names.role(filters.target_role_id, "query/target_role_id")
        wanted = PlanFilter(
            person_id=await Visibility(self.people).whose(caller, filters.person_id),
            status=filters.status,
            target_role_id=role.id if role else None,
            ids=None if filters.ids is None else _ids(filters.ids),
            updated_since=filters.updated_since,
        )
        rows, cursor = await PlanRepository(self.reading).list_page(paging, wanted)
        return Page(data=await PlanService(self.reading, self.now).read_many(rows), next_cursor=cursor)

    async def get(self, caller: Principal, id: UUID) -> PlanRead:
        """One plan. Raises NotFound, also for somebody else's."""
        return (await PlanService(self.reading, self.now).read_many([await self._visible(caller, id)]))[0]

    async def create(self, session: UnitOfWork, caller: Principal, body: PlanCreate) -> PlanRead:
        """Make a draft. Raises Unprocessable with the place of what nobody knows, MayNotAct."""
        line = await self.people.get_line(body.person_id, "/person_id")
        if not await Visibility(self.people).may_see(caller, line.person.id):
            raise Unprocessable(f"There is no person {body.person_id}.", pointer="/person_id")
        actor = await actor_of(caller, body.acting_person_id, self.people)
        role = await self.names.role(body.target_role_id, "/target_role_id")
        items = await self.names.items(body.items, Anchors(self.now, line.person.hired_on))
        title = body.title or _title(role)
        return await PlanService(session, self.now).create(line.person.id, title, role, items, actor)

    async def change(
        self, session: UnitOfWork, caller: Principal, id: UUID, patch: dict[str, Any], revision: int | None
    ) -> PlanRead:
        """Merge a patch into a plan. Raises NotFound, PreconditionFailed, PlanClosed, Unprocessable."""
        plan = await self._visible(caller, id)
        present = (await PlanService(self.reading, self.now).read_many([plan]))[0]
        wanted = apply_patch(_as_written(present), patch)
        role = await self.names.role(wanted.target_role_id, "/target_role_id")
        anchors = Anchors(plan.created_at, await self._hired_on(plan, wanted))
        items = await self.names.items(wanted.items, anchors)
        title = wanted.title or _title(role)
        return await PlanService(session, self.now).replace(id, title, role, items, revision)

    async def act(
        self, session: UnitOfWork, caller: Principal, id: UUID, action: PlanAction, body: PlanAct
    ) -> PlanRead:
        """Move a plan. Raises NotFound, IllegalPlanMove, PlanMoveNotYours, MayNotAct."""
        plan = await self._visible(caller, id)
        actor = await actor_of(caller, body.acting_person_id, self.people)
        if action in LEADER_ACTIONS and not await self._leads(actor, plan.person_id):
            raise PlanMoveNotYours("A review is answered by somebody who leads the person.")
        return await PlanService(session, self.now).act(id, action, actor)

    async def delete(self, session: UnitOfWork, caller: Principal, id: UUID, revision: int | None) -> None:
        """Take a draft or cancelled plan away. Raises NotFound, PreconditionFailed, Conflict."""
        await self._visible(caller, id)
        await PlanService(session, self.now).delete(id, revision)

    async def _visible(self, caller: Principal, id: UUID) -> Plan:
        plan = await PlanRepository(self.reading).get(id)
        await Visibility(self.people).check(caller, plan.person_id, f"There is no plan {id}.")
        return plan

    async def _leads(self, actor: Actor, person_id: UUID) -> bool:
        if actor.kind is ActorKind.CLIENT or actor.person_id == person_id:
            return False
        above = await self.people.leaders_of(person_id)
        # Whom nobody leads is reviewed by the administrators, also through their client.
        return actor.administrator or actor.person_id in above or (actor.on_behalf and not above)

    async def _hired_on(self, plan: Plan, wanted: PlanWrite) -> date | None:
        if all(item.due is None for item in wanted.items):
            return None
        return (await self.people.get_line(str(plan.person_id), "/person_id")).person.hired_on


def _title(role: NamedRole | None) -> str:
    return role.title if role else UNNAMED


def _as_written(plan: PlanRead) -> PlanWrite:
    items = [
        {
            "id": item.id,
            "skill_id": str(item.skill.id),
            "to_level": item.to_level,
            "program_id": str(item.program.id) if item.program else None,
            "due_on": item.due_on,
        }
        for item in plan.items
    ]
    role = str(plan.target_role.id) if plan.target_role else None
    return PlanWrite.model_validate({"title": plan.title, "target_role_id": role, "items": items})


def _ids(text: str) -> list[UUID]:
    """Plans have no external ids: what is none of ours is unknown. Raises Unprocessable for nonsense."""
    return [UUID(reference) for reference in parse_references(text) if ":" not in reference]
