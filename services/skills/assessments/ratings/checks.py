"""What is looked up before a rating may enter the ledger. What was looked up once serves the whole batch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.skills.assessments.cycles.repository import AudienceRepository, CycleRepository
from services.skills.assessments.cycles.rules import Status, status_on
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.rules import SYSTEM_SOURCES, Assessor, assessor_fault
from services.skills.assessments.ratings.schemas import RatingWrite
from services.skills.people.assignments.repository import AssignmentRepository
from services.skills.people.models import Person
from services.skills.people.rules import Tenure, has_left, manager_at, upward
from services.skills.people.service import PersonService
from services.skills.processing.rules import Processing
from services.skills.processing.service import ProcessingService
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.scales.rules import check_level
from services.skills.taxonomy.skills.repository import SkillRepository
from services.skills.taxonomy.skills.service import SkillService
from shared.database.sessions import UnitOfWork
from shared.errors import Conflict, Forbidden, Unprocessable
from shared.identity.principal import Principal
from shared.references import References

DRAFT = "draft"


class CycleNotOpen(Conflict):
    code, title = "cycle-not-open", "The assessment cycle takes no ratings"


@dataclass(frozen=True, slots=True)
class Checked:
    """A rating whose references are resolved and whose assessor may give it."""

    person_id: UUID
    skill_id: UUID
    scale_id: UUID
    assessor_id: UUID | None
    assessed_at: datetime
    cycle_id: UUID | None


class RatingChecks:
    """Decides whether this caller may record this rating."""

    def __init__(self, session: UnitOfWork, caller: Principal, now: datetime) -> None:
        self.session = session
        self.caller = caller
        self.now = now
        self.people = PersonService(session)
        self._persons: dict[str, Person] = {}
        self._skills: dict[str, tuple[UUID, Scale]] = {}
        self._members: dict[tuple[UUID, UUID], bool] = {}
        self._managers: dict[UUID, list[Tenure]] = {}
        self._peers_may_rate = False

    async def look_up(self, bodies: Collection[RatingWrite]) -> None:
        """Look up for many ratings, in few statements, what checking each of them asks for. What is not found is
        refused when its turn comes.
        """
        skills = await SkillService(self.session).list_by_reference({body.skill_id for body in bodies})
        scales = await SkillRepository(self.session).scales_of({skill.id for skill in skills.values()})
        for reference, skill in skills.items():
            if skill.status != DRAFT:
                self._skills[reference] = skill.id, scales[skill.id]
        named = {body.person_id for body in bodies} | {body.assessor_id for body in bodies if body.assessor_id}
        self._persons |= await self.people.list_by_reference(named)
        looked_at = {body.person_id for body in bodies if body.source not in SYSTEM_SOURCES}
        looked_at |= {body.assessor_id for body in bodies if body.assessor_id and body.source is Source.PEER}
        ids = [self._persons[reference].id for reference in looked_at if reference in self._persons]
        self._managers |= await AssignmentRepository(self.session).managers_of(ids)

    async def check(self, body: RatingWrite) -> Checked:
        """Raises Forbidden, SwitchedOff, CycleNotOpen, LevelOutsideScale, or Unprocessable naming the place."""
        if body.source is Source.PEER and not self._peers_may_rate:
            await ProcessingService(self.session).demand(Processing.PEER_RATINGS)
            self._peers_may_rate = True
        person = await self._person(body.person_id, "/person_id")
        skill_id, scale = await self._skill(body.skill_id)
        check_level(body.level, [level["level"] for level in scale.levels], "/level")
        assessed_at = self._assessed_at(body, person)
        assessor_id = await self._assessor_id(body, person)
        await self._check_assessor(body.source, person.id, assessor_id, assessed_at)
        cycle_id = await self._cycle_id(body, person)
        return Checked(person.id, skill_id, scale.id, assessor_id, assessed_at, cycle_id)

    async def acting_person(self, reference: str | None) -> UUID | None:
        """In whose name the caller acts. Raises Forbidden when they name somebody else without `act`."""
        if reference is None:
            return self.caller.person_id
        person = await self._person(reference, "/acting_person_id")
        if person.id != self.caller.person_id and not self.caller.may_act_for_others:
            raise Forbidden("Naming the person who acts needs the scope act.")
        return person.id

    async def _person(self, reference: str, pointer: str) -> Person:
        if reference not in self._persons:
            self._persons[reference] = await self.people.demand(reference, pointer)
        return self._persons[reference]

    async def _skill(self, reference: str) -> tuple[UUID, Scale]:
        if reference not in self._skills:
            found = await SkillService(self.session).list_by_reference([reference])
            if reference not in found:
                raise Unprocessable(f"There is no skill {reference}.", pointer="/skill_id")
            skill = found[reference]
            if skill.status == DRAFT:
                raise Unprocessable("The skill is a draft: nobody is rated in it yet.", pointer="/skill_id")
            self._skills[reference] = skill.id, (await SkillRepository(self.session).scales_of([skill.id]))[skill.id]
        return self._skills[reference]

    def _assessed_at(self, body: RatingWrite, person: Person) -> datetime:
        assessed_at = body.assessed_at or self.now
        if assessed_at > self.now:
            raise Unprocessable("Nobody has assessed anything in the future.", pointer="/assessed_at")
        if body.expires_at is not None and body.expires_at <= assessed_at:
            raise Unprocessable("It would expire before it was assessed.", pointer="/expires_at")
        if has_left(person.left_on, assessed_at.date()):
            raise Unprocessable("The person had left by then.", pointer="/assessed_at")
        return assessed_at

    async def _assessor_id(self, body: RatingWrite, person: Person) -> UUID | None:
        """The assessor that the body names, or whom the caller stands for."""
        if body.source in SYSTEM_SOURCES:
            if self.caller.kind == "user":
                raise Forbidden(f"A {body.source} rating is sent by the system that measured it.")
            return (await self._person(body.assessor_id, "/assessor_id")).id if body.assessor_id else None
        if body.assessor_id is None:
            if self.caller.kind != "user" and body.source is Source.SELF and self.caller.may_act_for_others:
                return person.id
            return self.caller.person_id
        assessor = await self._person(body.assessor_id, "/assessor_id")
        if assessor.id != self.caller.person_id and not self.caller.may_act_for_others:
            raise Forbidden("Naming the assessor needs the scope act.")
        return assessor.id

    async def _check_assessor(
        self, source: Source, person_id: UUID, assessor_id: UUID | None, assessed_at: datetime
    ) -> None:
        managers, reports = list[UUID](), list[UUID]()
        if assessor_id is not None and assessor_id != person_id and source not in SYSTEM_SOURCES:
            managers = await self._line(person_id, assessed_at)
            if source is Source.PEER and person_id in await self._line(assessor_id, assessed_at):
                reports = [assessor_id]
        if fault := assessor_fault(source, Assessor(person_id, assessor_id, managers, reports)):
            raise Unprocessable(fault, pointer="/assessor_id")

    async def _line(self, person_id: UUID, moment: datetime) -> list[UUID]:
        if person_id not in self._managers:
            self._managers |= await AssignmentRepository(self.session).managers_of([person_id])
        return list(upward(person_id, lambda id: manager_at(self._managers.get(id, ()), moment)))

    async def _cycle_id(self, body: RatingWrite, person: Person) -> UUID | None:
        if body.cycle_id is None:
            return None
        cycle_id = await References(self.session, "assessment cycle").demand(body.cycle_id, "/cycle_id")
        cycle = await CycleRepository(self.session).find(cycle_id)
        if cycle is None:
            raise Unprocessable(f"There is no assessment cycle {body.cycle_id}.", pointer="/cycle_id")
        status = status_on(self.now.date(), cycle.opens_on, cycle.closes_on, cycle.closed_at is not None)
        if status not in (Status.OPEN, Status.LATE):
            raise CycleNotOpen(f"The cycle is {status}.", cycle_status=status)
        key = (cycle.id, person.id)
        if key not in self._members:
            self._members[key] = await AudienceRepository(self.session).includes(cycle.audience, person.id)
        if not self._members[key]:
            raise Unprocessable("The person is not in the cycle's audience.", pointer="/cycle_id")
        return cycle.id
