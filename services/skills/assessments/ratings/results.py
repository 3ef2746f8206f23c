"""Which level resulted from each entry of the ledger, worked out from what the ledger had by then.

It is not kept: the ledger has everything that it follows from. Nobody learns by it what single peers said, since
what they said and what was appended to it has no result of its own, and whoever may not read somebody's levels is not
told their results either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.skills.assessments.levels.rules import level_of
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Policy, Source
from services.skills.assessments.ratings.models import RatingEntry, RatingRow
from services.skills.assessments.ratings.repository import RatingRepository
from services.skills.assessments.ratings.rules import Rating, Recorded, stood_after
from services.skills.assessments.scale_migrations.repository import ScaleHistory, ScaleMigrationRepository
from services.skills.people.service import PersonService
from shared.database.sessions import AnySession
from shared.identity.principal import Principal

Results = Mapping[UUID, float | None]
"""Levels by the id of a rating, or of an entry appended to one."""


class ResultReader:
    """Works out resulting levels as the caller may see them: for any number of ratings in a fixed number of
    statements.
    """

    def __init__(self, session: AnySession, caller: Principal) -> None:
        self.session = session
        self.caller = caller

    async def readable(self, rows: Iterable[RatingRow]) -> list[RatingRow]:
        """The ratings whose results the caller may know."""
        shown = [row for row in rows if row.source != Source.PEER]
        readable = await PersonService(self.session).readable_among({row.person_id for row in shown}, self.caller)
        return [row for row in shown if row.person_id in readable]

    async def read(self, rows: Sequence[RatingRow], entries: Mapping[UUID, Sequence[RatingEntry]]) -> Results:
        """What resulted from ratings and from what was appended to them."""
        shown = await self.readable(rows)
        if not shown:
            return {}
        ledger = await RatingRepository(self.session).around([row.id for row in shown])
        policies = await PolicyRepository(self.session).history()
        scales = await ScaleMigrationRepository(self.session).histories({row.skill_id for row in shown})
        found: dict[UUID, float | None] = {}
        for row in shown:
            told = ledger[row.person_id, row.skill_id]
            for id, moment in _entered(row, entries.get(row.id, ())):
                stood = _read_on(scales.at(moment), row.skill_id, stood_after(told, moment, id))
                found[id] = level_of(stood, _in_force(policies, moment), moment).level
        return found


def _entered(row: RatingRow, entries: Iterable[RatingEntry]) -> list[tuple[UUID, datetime]]:
    return [(row.id, row.recorded_at), *((entry.id, entry.recorded_at) for entry in entries)]


def _read_on(scales: ScaleHistory, skill_id: UUID, ledger: Iterable[Recorded]) -> list[Rating]:
    return [
        replace(recorded.rating, level=scales.read(skill_id, recorded.scale_id, recorded.rating.level))
        for recorded in ledger
    ]


def _in_force(policies: Sequence[tuple[datetime, Policy]], moment: datetime) -> Policy:
    return next((policy for since, policy in reversed(policies) if since <= moment), policies[0][1])
