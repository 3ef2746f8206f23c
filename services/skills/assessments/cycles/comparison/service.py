"""Use case: two closed cycles side by side, which levels moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.skills.assessments.cycles.comparison.repository import MovementRepository
from services.skills.assessments.cycles.comparison.rules import Movement, hidden, movements
from services.skills.assessments.cycles.comparison.schemas import ComparisonRead, MovementRead
from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.cycles.service import CycleService
from services.skills.assessments.scale_migrations.repository import ScaleMigrationRepository
from services.skills.roles.schemas import SkillBrief
from services.skills.taxonomy.skills.repository import SkillRepository
from shared.database.sessions import AnySession
from shared.errors import Conflict, Unprocessable
from shared.languages import choose_label
from shared.pagination import Paging, slice_page
from shared.references import References


class NotClosedYet(Conflict):
    code, title = "cycle-not-closed", "Only closed cycles can be compared"


@dataclass(frozen=True, slots=True)
class Closing:
    """When a cycle closed, and what it froze."""

    at: datetime
    snapshot_id: UUID


class ComparisonService:
    """Compares the snapshots of two cycles."""

    def __init__(self, session: AnySession, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.languages = languages
        self.cycles = CycleService(session, now)

    async def compare(self, reference: str, other: str | None, led_by: UUID | None, paging: Paging) -> ComparisonRead:
        """A cycle against an earlier one (default: the one it was made from), over everybody or those whom a
        person leads. Levels of before are read on the scale that was in force at the end.

        Raises NotFound, NotClosedYet, Unprocessable where there is nothing to compare with.
        """
        cycle = await self.cycles.find_row(reference)
        earlier = await self._earlier(cycle, other)
        found = await self._movements(_closing(earlier), _closing(cycle), led_by)
        page = slice_page(await self._read(found, suppress=led_by is None), paging)
        return ComparisonRead(cycle_id=cycle.id, with_cycle_id=earlier.id, data=page.data, next_cursor=page.next_cursor)

    async def _movements(self, before: Closing, after: Closing, led_by: UUID | None) -> list[Movement]:
        if before.at >= after.at:
            raise Unprocessable("Compare with a cycle that closed before this one.", pointer="query/with")
        snapshots = MovementRepository(self.session, before.snapshot_id, after.snapshot_id, led_by)
        moved = await ScaleMigrationRepository(self.session).moved_between(before.at, after.at)
        found = await snapshots.by_skill(moved)
        for framework_id, route in moved.items():
            found += movements(await snapshots.by_levels(framework_id), route.read)
        return found

    async def _earlier(self, cycle: AssessmentCycle, other: str | None) -> AssessmentCycle:
        if other is not None:
            id = await References(self.session, "assessment cycle").demand(other, "query/with")
        elif cycle.previous_cycle_id is not None:
            id = cycle.previous_cycle_id
        else:
            raise Unprocessable("The cycle has no earlier one; name one.", pointer="query/with")
        if (earlier := await self.cycles.cycles.find(id)) is None:
            raise Unprocessable("There is no such assessment cycle.", pointer="query/with")
        return earlier

    async def _read(self, found: Sequence[Movement], *, suppress: bool) -> list[MovementRead]:
        skills = await SkillRepository(self.session).find_many(movement.skill_id for movement in found)
        data = [
            _movement(
                movement,
                SkillBrief(id=movement.skill_id, label=choose_label(skills[movement.skill_id].labels, self.languages)),
                suppressed=hidden(movement, suppress=suppress),
            )
            for movement in found
            if movement.skill_id in skills
        ]
        return sorted(data, key=lambda item: (item.skill.label.casefold(), str(item.skill.id)))


def _closing(cycle: AssessmentCycle) -> Closing:
    if cycle.closed_at is None or cycle.snapshot_id is None:
        raise NotClosedYet("A cycle has levels to compare once it is closed.")
    return Closing(cycle.closed_at, cycle.snapshot_id)


def _movement(movement: Movement, skill: SkillBrief, *, suppressed: bool) -> MovementRead:
    if suppressed:
        return MovementRead(
            skill=skill,
            suppressed=True,
            people=None,
            before=None,
            after=None,
            change=None,
            raised=None,
            lowered=None,
        )
    return MovementRead(
        skill=skill,
        suppressed=False,
        people=movement.people,
        before=round(movement.before, 4),
        after=round(movement.after, 4),
        change=round(movement.change, 4),
        raised=movement.raised,
        lowered=movement.lowered,
    )
