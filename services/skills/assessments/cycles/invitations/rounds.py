"""Queries of the reminders that are to be told."""

from sqlalchemy import select
from sqlmodel import col

from services.skills.assessments.cycles.invitations.models import ReminderRound
from shared.database.repository import Repository


class RoundRepository(Repository[ReminderRound]):
    """Rounds of reminders."""

    table = ReminderRound
    noun = "round of reminders"

    async def next(self) -> ReminderRound | None:
        """The oldest one that is not finished."""
        statement = select(ReminderRound).where(col(ReminderRound.finished_at).is_(None))
        return (await self.session.execute(statement.order_by(col(ReminderRound.created_at)).limit(1))).scalar()
