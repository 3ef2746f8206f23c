"""Use cases of invitations: list them, see how far a cycle is, remind those who owe ratings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.skills.assessments.cycles.invitations import rules
from services.skills.assessments.cycles.invitations.models import ReminderRound
from services.skills.assessments.cycles.invitations.reckoning import (
    Progress,
    Reckoning,
    reminders_of,
    tallies_of,
    wanted_in,
)
from services.skills.assessments.cycles.invitations.repository import InvitationRepository
from services.skills.assessments.cycles.invitations.schemas import (
    InvitationRead,
    ProgressRead,
    RemindersRead,
    SourceProgress,
)
from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.cycles.service import CycleService
from services.skills.assessments.policies.rules import Source
from services.skills.roles.schemas import SkillBrief
from services.skills.taxonomy.skills.repository import SkillRepository
from shared.database.sessions import ReadOnlySession, UnitOfWork
from shared.languages import choose_label
from shared.pagination import Page, Paging, slice_page


class InvitationService:
    """Each member's required skills, by each required source of one cycle."""

    def __init__(self, session: ReadOnlySession, now: datetime, languages: Sequence[str] = ()) -> None:
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
        tallies = await tallies_of(self.session, cycle, self.now)
        counted = await Reckoning(tallies).progress()
        page = slice_page([_of_source(source, counted) for source in tallies.wanted], paging)
        wanted, done = sum(counted.wanted.values()), sum(counted.done.values())
        return ProgressRead(
            cycle_id=cycle.id,
            status=CycleService(self.session, self.now).status_of(cycle),
            people=counted.people,
            wanted=wanted,
            done=done,
            share=rules.share(done, wanted),
            data=page.data,
            next_cursor=page.next_cursor,
        )

    async def remind(self, cycle: AssessmentCycle, writer: UnitOfWork) -> RemindersRead:
        """Have a fact told for everybody who still owes ratings, so that a channel can remind them. Who they are is
        read beside the transaction; `ReminderTeller` tells them, some at a time.
        """
        reminders = await reminders_of(self.session, cycle, self.now)
        if reminders:
            writer.add(ReminderRound(cycle_id=cycle.id))
        return RemindersRead(reminded=len(reminders))

    async def _invitations(self, cycle: AssessmentCycle) -> InvitationRepository:
        return InvitationRepository(self.session, cycle, await wanted_in(self.session, cycle), self.now)


def _of_source(source: Source, counted: Progress) -> SourceProgress:
    asked, given = counted.wanted[source], counted.done[source]
    return SourceProgress(source=source, wanted=asked, done=given, share=rules.share(given, asked))
