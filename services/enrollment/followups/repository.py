"""Queries of follow-ups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlmodel import col

from services.enrollment.followups import rules
from services.enrollment.followups.models import FollowUp
from services.enrollment.followups.rules import FollowUpKind, FollowUpStatus
from shared.clock import utc_now
from shared.database.repository import Repository
from shared.pagination import Paging, paginate


@dataclass(frozen=True)
class FollowUpFilter:
    """What a list is narrowed to; None = not at all. A leader's list holds what was escalated to them."""

    enrollment_id: UUID | None = None
    person_id: UUID | None = None
    leader_id: UUID | None = None
    kind: FollowUpKind | None = None
    status: FollowUpStatus | None = None
    ids: Sequence[UUID] | None = None
    updated_since: datetime | None = None
    circle_of: UUID | None = None
    """Somebody who sees only what they owe and what is about themselves."""


class FollowUpRepository(Repository[FollowUp]):
    table, noun = FollowUp, "follow-up"

    async def list_page(
        self, paging: Paging, wanted: FollowUpFilter, today: date
    ) -> tuple[Sequence[FollowUp], str | None]:
        """Follow-ups by due day; with `updated_since` also the dropped ones, for delta sync."""
        statement = select(FollowUp).where(*_conditions(wanted, today))
        return await paginate(self.session, statement, paging, col(FollowUp.due_on), col(FollowUp.id))

    async def open_of(self, enrollment_id: UUID) -> Sequence[FollowUp]:
        """The unanswered follow-ups about a participation."""
        statement = select(FollowUp).where(
            col(FollowUp.enrollment_id) == enrollment_id,
            col(FollowUp.answered_at).is_(None),
            col(FollowUp.deleted_at).is_(None),
        )
        return (await self.session.execute(statement)).scalars().all()

    async def kinds_of(self, enrollment_id: UUID) -> set[str]:
        """The kinds that a participation has already, dropped ones included."""
        statement = select(col(FollowUp.kind)).where(col(FollowUp.enrollment_id) == enrollment_id)
        return set((await self.session.execute(statement)).scalars())

    async def answer(self, id: UUID, **values: Any) -> bool:
        """Set the answer unless there is one already; tells whether it was set."""
        return await self._set_once(id, col(FollowUp.answered_at), values)

    async def due_for_escalation(self, today: date, limit: int) -> Sequence[FollowUp]:
        """Unanswered follow-ups that became escalated and were not handed up yet, longest overdue first."""
        _, last = rules.due_range(FollowUpStatus.ESCALATED, today)
        statement = (
            select(FollowUp)
            .where(
                col(FollowUp.answered_at).is_(None),
                col(FollowUp.deleted_at).is_(None),
                col(FollowUp.escalated_at).is_(None),
                col(FollowUp.due_on) <= last,
            )
            .order_by(col(FollowUp.due_on), col(FollowUp.id))
            .limit(limit)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def escalate(self, id: UUID, leader_id: UUID | None, now: datetime) -> bool:
        """Hand it up unless somebody has; tells whether it was handed up."""
        values = {"escalated_to_id": leader_id, "escalated_at": now}
        return await self._set_once(id, col(FollowUp.escalated_at), values)

    async def count_by_status(self, leader_id: UUID, today: date) -> dict[FollowUpStatus, int]:
        """How many follow-ups a leader has in each status."""
        answered, due = col(FollowUp.answered_at), col(FollowUp.due_on)
        _, escalated_until = rules.due_range(FollowUpStatus.ESCALATED, today)
        status = case(
            (answered.is_not(None), FollowUpStatus.DONE),
            (due <= escalated_until, FollowUpStatus.ESCALATED),
            (due < today, FollowUpStatus.OVERDUE),
            else_=FollowUpStatus.OPEN,
        )
        rows = await self.session.execute(
            select(status, func.count())
            .where(_is_on_the_list_of(leader_id), col(FollowUp.deleted_at).is_(None))
            .group_by(status)
        )
        counts: dict[str, int] = dict(rows.all())
        return {status: counts.get(status, 0) for status in FollowUpStatus}

    async def most_urgent(self, leader_id: UUID, limit: int) -> Sequence[FollowUp]:
        """What a leader has not answered, the longest due first."""
        statement = (
            select(FollowUp)
            .where(
                _is_on_the_list_of(leader_id),
                col(FollowUp.answered_at).is_(None),
                col(FollowUp.deleted_at).is_(None),
            )
            .order_by(col(FollowUp.due_on), col(FollowUp.id))
            .limit(limit)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def _set_once(self, id: UUID, column: Any, values: dict[str, Any]) -> bool:
        changed = await self.session.execute(
            update(FollowUp)
            .where(
                col(FollowUp.id) == id,
                column.is_(None),
                col(FollowUp.answered_at).is_(None),
                col(FollowUp.deleted_at).is_(None),
            )
            .values(**values, revision=col(FollowUp.revision) + 1, updated_at=utc_now())
            .returning(col(FollowUp.id))
            .execution_options(synchronize_session=False)
        )
        was_set = changed.scalar_one_or_none() is not None
        if was_set:
            self._forget(id)
        return was_set


def _conditions(wanted: FollowUpFilter, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        col(FollowUp.deleted_at).is_(None)
        if wanted.updated_since is None
        else col(FollowUp.updated_at) >= wanted.updated_since
    ]
    for column, value in (
        (col(FollowUp.enrollment_id), wanted.enrollment_id),
        (col(FollowUp.person_id), wanted.person_id),
        (col(FollowUp.kind), wanted.kind),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.leader_id is not None:
        conditions.append(_is_on_the_list_of(wanted.leader_id))
    if wanted.circle_of is not None:
        own = _is_on_the_list_of(wanted.circle_of)
        conditions.append(or_(own, col(FollowUp.person_id) == wanted.circle_of))
    if wanted.ids is not None:
        conditions.append(col(FollowUp.id).in_(wanted.ids))
    if wanted.status is not None:
        conditions += _has_status(wanted.status, today)
    return conditions


def _is_on_the_list_of(leader_id: UUID) -> ColumnElement[bool]:
    return or_(col(FollowUp.leader_id) == leader_id, col(FollowUp.escalated_to_id) == leader_id)


def _has_status(status: FollowUpStatus, today: date) -> list[ColumnElement[bool]]:
    answered = col(FollowUp.answered_at)
    if status is FollowUpStatus.DONE:
        return [answered.is_not(None)]
    first, last = rules.due_range(status, today)
    conditions: list[ColumnElement[bool]] = [answered.is_(None)]
    if first is not None:
        conditions.append(col(FollowUp.due_on) >= first)
    if last is not None:
        conditions.append(col(FollowUp.due_on) <= last)
    return conditions
