"""Use cases of development plans."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.enrollment.enrollments.acting import Actor
from services.enrollment.plans import rules
from services.enrollment.plans.models import Plan, PlanItem
from services.enrollment.plans.naming import NamedItem, NamedRole
from services.enrollment.plans.repository import PlanItemRepository, PlanRepository
from services.enrollment.plans.rules import OPEN_STATUSES, ItemStatus, PlanAction, PlanStatus
from services.enrollment.plans.schemas import PlanItemRead, PlannedProgram, PlanRead, Progress, RoleTitle, SkillLabel
from shared.contracts.enrollment.events import PlanCreated, PlanItemFulfilled, PlanMoved
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Conflict, PreconditionFailed, Unprocessable
from shared.events.outbox import record
from shared.ids import new_id


class IllegalPlanMove(Conflict):
    """The plan's state does not allow it; `allowed` lists what it does allow."""

    code, title = "illegal-plan-move", "The plan's state does not allow this"


class PlanClosed(Conflict):
    """A completed or cancelled plan is reopened before it is changed."""

    code, title = "plan-closed", "The plan is closed"


class PlanService:
    """Plans and their items. What is known by name has been looked up before the transaction."""

    def __init__(self, session: AnySession, now: datetime) -> None:
        self.session = session
        self.now = now
        self.plans = PlanRepository(session)
        self.items = PlanItemRepository(session)

    async def create(
        self, person_id: UUID, title: str, role: NamedRole | None, items: Sequence[NamedItem], actor: Actor
    ) -> PlanRead:
        """Make a draft. Raises Unprocessable for an item with an id: a new plan has none yet."""
        plan = Plan(
            person_id=person_id,
            title=title,
            target_role_id=role.id if role else None,
            target_role_title=role.title if role else None,
            status=PlanStatus.DRAFT,
        )
        await self.plans.add(plan)
        await self.items.replace(plan.id, _rows(plan.id, items, {}))
        await record(self._unit_of_work(), PlanCreated(**_said(plan, actor, self.now)))
        return await self.get(plan.id)

    async def replace(
        self, id: UUID, title: str, role: NamedRole | None, items: Sequence[NamedItem], revision: int | None
    ) -> PlanRead:
        """Write title, target role and items. Raises NotFound, PreconditionFailed, PlanClosed, Unprocessable."""
        plan = await self.plans.get(id)
        if PlanStatus(plan.status) not in OPEN_STATUSES:
            raise PlanClosed(f"The plan is {plan.status}; reopen it first.", allowed=[PlanAction.REOPEN])
        present = (await self.items.of_plans([id]))[id]
        rows = _rows(id, items, {item.id: item for item in present})
        await self.plans.change(
            id,
            revision,
            also=[row.model_dump() for row in rows] != [item.model_dump() for item in present],
            title=title,
            target_role_id=role.id if role else None,
            target_role_title=role.title if role else None,
        )
        await self.items.replace(id, rows)
        return await self.get(id)

    async def act(self, id: UUID, action: PlanAction, actor: Actor) -> PlanRead:
        """Move the plan. Raises NotFound, IllegalPlanMove."""
        plan = await self.plans.get(id)
        statuses = [ItemStatus(item.status) for item in (await self.items.of_plans([id]))[id]]
        target = rules.move(PlanStatus(plan.status), action, statuses)
        if target is None:
            allowed = rules.allowed(PlanStatus(plan.status), statuses)
            possible = ", ".join(allowed) or "nothing"
            raise IllegalPlanMove(
                f"A plan that is {plan.status} cannot be moved by {action}; allowed: {possible}.",
                allowed=allowed,
                current=plan.status,
            )
        try:
            await self.plans.change(id, plan.revision, status=target)
        except PreconditionFailed as error:
            raise Conflict("Somebody else has moved or changed the plan at the same moment.") from error
        moved = await self.plans.get(id)
        await record(self._unit_of_work(), PlanMoved(**_said(moved, actor, self.now), action=action))
        return await self.get(id)

    async def delete(self, id: UUID, revision: int | None) -> None:
        """Take a draft or a cancelled plan away. Raises NotFound, PreconditionFailed, Conflict for others."""
        plan = await self.plans.get(id)
        if PlanStatus(plan.status) not in (PlanStatus.DRAFT, PlanStatus.CANCELLED):
            raise Conflict("Only a draft or a cancelled plan can be deleted; cancel it first.")
        await self.plans.bury(id, revision)

    async def get(self, id: UUID) -> PlanRead:
        """Raises NotFound."""
        return (await self.read_many([await self.plans.get(id)]))[0]

    async def read_many(self, plans: Sequence[Plan]) -> list[PlanRead]:
        """Plans with their items, as of today."""
        items = await self.items.of_plans(plan.id for plan in plans)
        return [_read(plan, items[plan.id], self.now.date()) for plan in plans]

    async def link(self, item_id: UUID, enrollment_id: UUID, person_id: UUID) -> None:
        """Let a participation serve an item. Raises Unprocessable when it is not an open plan's of this person."""
        found = await self.items.find(item_id)
        if found is None or found[1].person_id != person_id:
            raise Unprocessable(f"The person has no plan item {item_id}.", pointer="/plan_item_id")
        item, plan = found
        if PlanStatus(plan.status) not in OPEN_STATUSES:
            raise Unprocessable(f"The item's plan is {plan.status}.", pointer="/plan_item_id")
        if item.status != ItemStatus.DONE:
            await self._set([item], ItemStatus.ENROLLED, enrollment_id)

    async def fulfil(self, enrollment_id: UUID, person_id: UUID, program_id: UUID) -> None:
        """Mark what a completion did: the items it serves, and the person's others with the same program."""
        items = await self.items.fulfilled_by(enrollment_id, person_id, program_id)
        await self._set(items, ItemStatus.DONE, enrollment_id)
        facts = [
            PlanItemFulfilled(
                plan_id=item.plan_id,
                plan_item_id=item.id,
                person_id=person_id,
                enrollment_id=enrollment_id,
                at=self.now,
            )
            for item in items
        ]
        await record(self._unit_of_work(), *facts)

    async def release(self, enrollment_id: UUID) -> None:
        """Open the items again that a participation served: it came to nothing, or was taken back."""
        await self._set(await self.items.served_by(enrollment_id), ItemStatus.PLANNED, None)

    async def _set(self, items: Sequence[PlanItem], status: ItemStatus, enrollment_id: UUID | None) -> None:
        # Plans before items, as a change of a plan does it: one order of locks, no deadlock.
        for plan_id in sorted({item.plan_id for item in items}):
            await self.plans.touch(plan_id)
        await self.items.set_state([item.id for item in items], status, enrollment_id)

    def _unit_of_work(self) -> UnitOfWork:
        assert isinstance(self.session, UnitOfWork)
        return self.session


def _rows(plan_id: UUID, items: Sequence[NamedItem], present: dict[UUID, PlanItem]) -> list[PlanItem]:
    rows: list[PlanItem] = []
    for position, item in enumerate(items):
        if item.id is not None and (item.id not in present or item.id in {row.id for row in rows}):
            raise Unprocessable("The plan has no such item, or it is named twice.", pointer=f"/items/{position}/id")
        old = present.get(item.id) if item.id else None
        rows.append(
            PlanItem(
                id=item.id or new_id(),
                plan_id=plan_id,
                position=position,
                skill_id=item.skill_id,
                skill_label=item.skill_label,
                to_level=item.to_level,
                program_id=item.program_id,
                program_title=item.program_title,
                due_on=item.due_on,
                status=old.status if old else ItemStatus.PLANNED,
                enrollment_id=old.enrollment_id if old else None,
            )
        )
    return rows


def _read(plan: Plan, items: Sequence[PlanItem], today: date) -> PlanRead:
    statuses = [ItemStatus(item.status) for item in items]
    role = None
    if plan.target_role_id is not None:
        role = RoleTitle(id=plan.target_role_id, title=plan.target_role_title or "")
    return PlanRead(
        **plan.model_dump(include={"id", "revision", "created_at", "updated_at", "person_id", "title"}),
        target_role=role,
        status=PlanStatus(plan.status),
        allowed=rules.allowed(PlanStatus(plan.status), statuses),
        items=[_read_item(item, today) for item in items],
        progress=Progress(done=statuses.count(ItemStatus.DONE), total=len(items)),
        deleted=plan.deleted_at is not None,
    )


def _read_item(item: PlanItem, today: date) -> PlanItemRead:
    program = None
    if item.program_id is not None:
        program = PlannedProgram(id=item.program_id, title=item.program_title or "")
    return PlanItemRead(
        id=item.id,
        skill=SkillLabel(id=item.skill_id, label=item.skill_label),
        to_level=item.to_level,
        program=program,
        due_on=item.due_on,
        due_state=rules.due_state(today, item.due_on, ItemStatus(item.status)),
        status=ItemStatus(item.status),
        enrollment_id=item.enrollment_id,
    )


def _said(plan: Plan, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "plan_id": plan.id,
        "person_id": plan.person_id,
        "target_role_id": plan.target_role_id,
        "status": plan.status,
        "at": now,
        "actor_person_id": actor.person_id,
        "actor_client_id": actor.client_id,
    }
