"""Use cases of invitations: list them, see how far a cycle is, remind those who owe ratings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.skills.assessments.cycles.invitations import rules
from services.skills.assessments.cycles.invitations.repository import InvitationRepository
from services.skills.assessments.cycles.invitations.schemas import (
    InvitationRead,
    ProgressRead,
    RemindersRead,
    SourceProgress,
)
from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.cycles.service import CycleService
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Source
from services.skills.roles.schemas import SkillBrief
from services.skills.taxonomy.skills.repository import SkillRepository
from shared.contracts.skills.events import ReminderDue
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.outbox import record
from shared.languages import choose_label
from shared.pagination import Page, Paging, slice_page


class InvitationService:
    """Each member's required skills, by each required source of one cycle."""

    def __init__(self, session: AnySession, now: datetime, languages: Sequence[str] = ()) -> None:
        self.session = session
        self.now = now
        self.languages = languages

    async def list_page(
        self, cycle: AssessmentCycle, paging: Paging, seen_by: UUID | None, assessor_id: UUID | None
    ) -> Page[InvitationRead]:
        """Invitations; `seen_by` keeps those about a person and those below, `assessor_id` what this person owes."""
        invitations = await self._invitations(cycle)
        found, cursor = await invitations.list_page(paging, seen_by, assessor_id)
        acting = await invitations.acting({i.manager_id for i in found if i.manager_id is not None})
        labels = await SkillRepository(self.session).labels_of({i.skill_id for i in found})
        data = [
            InvitationRead(
                person_id=i.person_id,
                skill=SkillBrief(id=i.skill_id, label=choose_label(labels[i.skill_id], self.languages)),
                source=i.source,
                assessor_id=rules.owner_of(i.source, i.person_id, acting[i.manager_id] if i.manager_id else None),
                wanted=i.wanted,
                status="done" if i.done else "open",
            )
            for i in found
        ]
        return Page(data=data, next_cursor=cursor)

    async def progress(self, cycle: AssessmentCycle, paging: Paging) -> ProgressRead:
        """How many ratings are owed altogether and given, and of each source."""
        invitations = await self._invitations(cycle)
        wanted, done = await invitations.count_wanted(), await invitations.count_done()
        page = slice_page([_of_source(source, wanted, done) for source in invitations.wanted], paging)
        all_wanted, all_done = sum(wanted.values()), sum(done.values())
        return ProgressRead(
            cycle_id=cycle.id,
            status=CycleService(self.session, self.now).status_of(cycle),
            people=await invitations.count_people(),
            wanted=all_wanted,
            done=all_done,
            share=rules.share(all_done, all_wanted),
            data=page.data,
            next_cursor=page.next_cursor,
        )

    async def remind(self, cycle: AssessmentCycle) -> RemindersRead:
        """Tell a fact for everybody who still owes ratings, so that a channel can remind them."""
        assert isinstance(self.session, UnitOfWork)
        invitations = await self._invitations(cycle)
        found = await invitations.still_owed(rules.OWNERS)
        acting = await invitations.acting({owed.manager_id for owed in found if owed.manager_id is not None})
        facts = [
            ReminderDue(cycle_id=cycle.id, assessor_id=assessor_id, owed=count, closes_on=cycle.closes_on)
            for assessor_id, count in rules.reminders(found, acting).items()
        ]
        await record(self.session, *facts)
        return RemindersRead(reminded=len(facts))

    async def _invitations(self, cycle: AssessmentCycle) -> InvitationRepository:
        policy = await PolicyRepository(self.session).in_force()
        asked: Collection[Source] = [Source(source) for source in cycle.required_sources]
        return InvitationRepository(self.session, cycle, rules.wanted_of(asked, policy), self.now)


def _of_source(source: Source, wanted: Mapping[Source, int], done: Mapping[Source, int]) -> SourceProgress:
    asked, given = wanted.get(source, 0), done.get(source, 0)
    return SourceProgress(source=source, wanted=asked, done=given, share=rules.share(given, asked))
