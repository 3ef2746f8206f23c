"""Use cases of assessment cycles."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.cycles.repository import (
    AudienceRepository,
    CycleRepository,
    SnapshotRepository,
)
from services.skills.assessments.cycles.rules import Kind, Period, Status, next_period, status_on
from services.skills.assessments.cycles.schemas import AudienceRead, AudienceWrite, CycleRead, CycleWrite
from services.skills.assessments.levels.repository import LevelRepository
from services.skills.assessments.levels.service import LevelKeeper
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.ratings.repository import RatingRepository
from shared.contracts.skills.events import CycleClosed
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Conflict, Unprocessable
from shared.events.outbox import record
from shared.ids import new_id
from shared.references import References

AUDIENCE_KINDS = {"person_ids": "person", "org_unit_ids": "org unit", "role_ids": "role"}


class CycleIsClosed(Conflict):
    code, title = "cycle-closed", "The assessment cycle is closed"


class CycleHasRatings(Conflict):
    code, title = "cycle-has-ratings", "The assessment cycle has ratings"


class CycleService:
    """Cycles: made, read, closed, followed by the next."""

    def __init__(self, session: AnySession, now: datetime) -> None:
        self.session = session
        self.now = now
        self.cycles = CycleRepository(session)

    async def create(self, body: CycleWrite) -> CycleRead:
        """Raises Unprocessable for an unknown member of the audience."""
        return self.read(await self.cycles.add(AssessmentCycle(**await self._columns(body))))

    async def replace(self, reference: str, body: CycleWrite, revision: int | None) -> CycleRead:
        """Write the whole cycle. Raises NotFound, PreconditionFailed, CycleIsClosed, Unprocessable."""
        cycle = await self.find_open(reference)
        await self.cycles.change(cycle.id, revision, **await self._columns(body))
        return self.read(await self.cycles.get(cycle.id))

    async def find_row(self, reference: str) -> AssessmentCycle:
        """The cycle behind a reference in a path. Raises NotFound."""
        return await self.cycles.get(await References(self.session, "assessment cycle").get(reference))

    async def find_open(self, reference: str) -> AssessmentCycle:
        """The cycle behind a reference in a path, if it is not closed. Raises NotFound, CycleIsClosed."""
        cycle = await self.find_row(reference)
        _demand_open(cycle)
        return cycle

    async def delete(self, reference: str, revision: int | None) -> None:
        """Raises NotFound, PreconditionFailed, CycleIsClosed, CycleHasRatings."""
        cycle = await self.cycles.get_at((await self.find_row(reference)).id, revision)
        _demand_open(cycle)
        if await RatingRepository(self.session).has_cycle(cycle.id):
            raise CycleHasRatings("Close the cycle instead: ratings were given in it.")
        await self.cycles.bury(cycle.id, revision)

    async def close(self, reference: str, *, create_next: bool) -> CycleRead:
        """Freeze the cycle. What waiting peers said is let out, then levels are copied as they stand.

        Raises NotFound, CycleIsClosed.
        """
        assert isinstance(self.session, UnitOfWork)
        cycle = await self.find_open(reference)
        following = await self._next(cycle) if create_next else None
        policy = await PolicyRepository(self.session).in_force()
        snapshot_id = new_id()
        # The revision read above: of two who close at once, the second is told that it is closed.
        await self.cycles.change(
            cycle.id,
            cycle.revision,
            closed_at=self.now,
            snapshot_id=snapshot_id,
            policy_version=policy.version,
            next_cycle_id=following.id if following else None,
        )
        people = await self._freeze(cycle, snapshot_id, policy.version)
        await record(
            self.session,
            CycleClosed(
                cycle_id=cycle.id,
                snapshot_id=snapshot_id,
                next_cycle_id=following.id if following else None,
                people=people,
            ),
        )
        return self.read(await self.cycles.get(cycle.id))

    def read(self, cycle: AssessmentCycle) -> CycleRead:
        return CycleRead(
            **cycle.model_dump(exclude={"audience", "deleted_at", "policy_version"}),
            audience=AudienceRead.model_validate(cycle.audience),
            status=self.status_of(cycle),
            deleted=cycle.deleted_at is not None,
        )

    def read_many(self, cycles: Sequence[AssessmentCycle]) -> list[CycleRead]:
        return [self.read(cycle) for cycle in cycles]

    def status_of(self, cycle: AssessmentCycle) -> Status:
        return status_on(self.now.date(), cycle.opens_on, cycle.closes_on, cycle.closed_at is not None)

    async def _freeze(self, cycle: AssessmentCycle, snapshot_id: UUID, policy_version: int) -> int:
        assert isinstance(self.session, UnitOfWork)
        today = self.now.date()
        members = AudienceRepository(self.session).ids(cycle.audience, today)
        due = await LevelRepository(self.session).due(self.now, policy_version, people=members)
        for person_id, skill_ids in (await RatingRepository(self.session).rated_by_peers(cycle.id)).items():
            due[person_id] = [*{*due.get(person_id, []), *skill_ids}]
        await LevelKeeper(self.session, self.now).rebuild_many(due)
        snapshots = SnapshotRepository(self.session)
        people = await snapshots.freeze_people(snapshot_id, cycle.audience, today)
        await snapshots.freeze_levels(snapshot_id, cycle.audience, today)
        await snapshots.freeze_set_aside(snapshot_id, self.now)
        return people

    async def _next(self, cycle: AssessmentCycle) -> AssessmentCycle:
        kind = Kind(cycle.kind)
        period = next_period(kind, Period(cycle.title, cycle.opens_on, cycle.closes_on))
        return await self.cycles.add(
            AssessmentCycle(
                title=period.title,
                kind=kind,
                opens_on=period.opens_on,
                closes_on=period.closes_on,
                audience=cycle.audience,
                required_sources=cycle.required_sources,
                previous_cycle_id=cycle.id,
            )
        )

    async def _columns(self, body: CycleWrite) -> dict[str, Any]:
        columns = body.model_dump(exclude={"audience"})
        columns["required_sources"] = list(dict.fromkeys(body.required_sources))
        return {**columns, "audience": await self._audience(body.audience)}

    async def _audience(self, audience: AudienceWrite) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, kind in AUDIENCE_KINDS.items():
            wanted: list[str] = getattr(audience, name)
            ids = await References(self.session, kind).find_many(wanted)
            known = await self.cycles.known_members(name, ids.values())
            for place, reference in enumerate(wanted):
                if ids.get(reference) not in known:
                    raise Unprocessable(f"There is no {kind} {reference}.", pointer=f"/audience/{name}/{place}")
            found[name] = [str(id) for id in dict.fromkeys(ids[reference] for reference in wanted)]
        return found


def _demand_open(cycle: AssessmentCycle) -> None:
    if cycle.closed_at is not None:
        raise CycleIsClosed("What was frozen stays as it is.")
