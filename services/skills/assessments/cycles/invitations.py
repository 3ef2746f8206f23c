"""Who owes which rating in a cycle, and how far it is: worked out when it is asked for, never stored."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from services.skills.assessments.cycles import rules
from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.cycles.repository import AudienceRepository
from services.skills.assessments.cycles.schemas import InvitationPage, InvitationRead, ProgressRead, RemindersRead
from services.skills.assessments.cycles.service import CycleService
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.repository import RatingRepository
from services.skills.people.models import Person
from services.skills.people.repository import PersonRepository
from services.skills.people.rules import has_left
from services.skills.roles.repository import RequirementRepository
from services.skills.roles.rules import effective
from services.skills.roles.schemas import SkillBrief
from services.skills.taxonomy.skills.repository import SkillRepository
from shared.contracts.skills.events import ReminderDue
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.outbox import record
from shared.languages import choose_label
from shared.pagination import Paging


class InvitationService:
    """Each member's required skills, by each required source of the cycle."""

    def __init__(self, session: AnySession, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.languages = languages
        self.now = now
        self.people = PersonRepository(session)
        self.audience = AudienceRepository(session)

    async def list_page(
        self, cycle: AssessmentCycle, paging: Paging, seen_by: UUID | None, assessor_id: UUID | None
    ) -> InvitationPage:
        """Invitations of a page of people; `seen_by` keeps those about people below a person, or owed by them."""
        people, cursor = await self.audience.list_page(paging, cycle.audience, self.now.date())
        found = await self._find(cycle, people)
        if seen_by is not None:
            visible = {seen_by, *await self.people.reports_of(seen_by)}
            found = [i for i in found if i.person_id in visible or i.assessor_id == seen_by]
        if assessor_id is not None:
            found = [i for i in found if i.assessor_id == assessor_id]
        return InvitationPage(data=await self._read(found), next_cursor=cursor)

    async def progress(self, cycle: AssessmentCycle) -> ProgressRead:
        """How many ratings are owed altogether, and given."""
        people = await self.audience.list_all(cycle.audience, self.now.date())
        progress = rules.progress(await self._find(cycle, people))
        return ProgressRead(
            cycle_id=cycle.id,
            status=CycleService(self.session, self.now).status_of(cycle),
            people=len(people),
            wanted=progress.wanted,
            done=progress.done,
            share=progress.share,
        )

    async def remind(self, cycle: AssessmentCycle) -> RemindersRead:
        """Tell a fact for everybody who still owes ratings, so that a channel can remind them."""
        assert isinstance(self.session, UnitOfWork)
        people = await self.audience.list_all(cycle.audience, self.now.date())
        owed = rules.reminders(await self._find(cycle, people))
        facts = [
            ReminderDue(cycle_id=cycle.id, assessor_id=assessor_id, owed=count, closes_on=cycle.closes_on)
            for assessor_id, count in owed.items()
        ]
        await record(self.session, *facts)
        return RemindersRead(reminded=len(facts))

    async def _find(self, cycle: AssessmentCycle, people: Sequence[Person]) -> list[rules.Invitation]:
        policy = await PolicyRepository(self.session).in_force()
        given = await RatingRepository(self.session).given_in(cycle.id, [person.id for person in people])
        sources = [source for source in map(Source, cycle.required_sources) if policy.weight(source) > 0]
        return rules.invitations(await self._participants(people), sources, given, policy.minimum_peers)

    async def _participants(self, people: Sequence[Person]) -> list[rules.Participant]:
        role_ids = {person.role_id for person in people if person.role_id is not None}
        requirements = await RequirementRepository(self.session).of_roles(role_ids)
        today = self.now.date()
        skills = {id: [r.skill_id for r in effective(found, today)] for id, found in requirements.items()}
        managers = await self._managers(people)
        return [
            rules.Participant(person.id, skills.get(person.role_id, []) if person.role_id else [], managers[person.id])
            for person in people
        ]

    async def _managers(self, people: Sequence[Person]) -> dict[UUID, UUID | None]:
        """The nearest manager of each who is active and here: who is away owes nothing."""
        above: dict[UUID, UUID | None] = {person.id: person.manager_id for person in people}
        known: dict[UUID, Person] = {}
        while missing := {id for id in above.values() if id is not None and id not in known}:
            known |= await self.people.find_many(missing)
            for person_id, manager_id in above.items():
                if manager_id is not None and not self._acts(known[manager_id]):
                    above[person_id] = known[manager_id].manager_id
        return above

    def _acts(self, person: Person) -> bool:
        return person.active and person.deleted_at is None and not has_left(person.left_on, self.now.date())

    async def _read(self, found: Collection[rules.Invitation]) -> list[InvitationRead]:
        skills = await SkillRepository(self.session).find_many({invitation.skill_id for invitation in found})
        return [
            InvitationRead(
                person_id=i.person_id,
                skill=SkillBrief(id=i.skill_id, label=choose_label(skills[i.skill_id].labels, self.languages)),
                source=i.source,
                assessor_id=i.assessor_id,
                wanted=i.wanted,
                status="done" if i.done else "open",
            )
            for i in found
            if i.skill_id in skills
        ]
