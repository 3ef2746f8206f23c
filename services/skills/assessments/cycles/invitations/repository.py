"""Queries of what a cycle asks for: the skills that each member's role requires, by each source that is asked."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, false, literal, or_, select, union, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.assessments.cycles.invitations.rules import Invitation
from services.skills.assessments.cycles.models import AssessmentCycle, SnapshotPerson
from services.skills.assessments.cycles.repository import member
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.repository import answered_in
from services.skills.people.models import Person
from services.skills.people.repository import below_manager, here_on
from services.skills.roles.repository import needed_on
from shared.database.sessions import ReadOnlySession
from shared.errors import BadRequest
from shared.pagination import Paging, paginate_rows

CHUNK = 500


class InvitationRepository:
    """What is owed in one cycle. A closed one is read as it was when it closed: members, roles, requirements."""

    def __init__(
        self, session: ReadOnlySession, cycle: AssessmentCycle, wanted: Mapping[Source, int], now: datetime
    ) -> None:
        self.session = session
        self.wanted = wanted
        self.today = now.date()
        closed_at = cycle.closed_at
        self.members = members_of(cycle, self.today).subquery("members")
        self.needed = needed_on(closed_at.date() if closed_at else self.today, closed_at).subquery("needed")
        self.answered = answered_in(cycle.id).subquery("answered")
        self.asked = _asked(wanted).subquery("asked")

    async def list_page(
        self, paging: Paging, seen_by: UUID | None, assessor_id: UUID | None
    ) -> tuple[list[Invitation], str | None]:
        """Invitations person by person; `seen_by` keeps those about a person and everybody below them, `assessor_id`
        those that this person owes.
        """
        people = await self._people(paging, seen_by, assessor_id)
        owed = self._owed().subquery("owed")
        statement = select(owed).where(owed.c.person_id.in_(people))
        if assessor_id is not None:
            own = owed.c.person_id == assessor_id
            statement = statement.where(owed.c.source == case((own, Source.SELF), else_=Source.MANAGER))
        rows, cursor = await paginate_rows(
            self.session, statement, paging, owed.c.person_id, owed.c.skill_id, owed.c.place
        )
        raters = await self._raters({row.person_id for row in rows})
        found = [
            Invitation(
                row.person_id,
                row.manager_id,
                row.skill_id,
                Source(row.source),
                row.wanted,
                raters.get((row.person_id, row.skill_id, row.source), 0),
            )
            for row in rows
        ]
        return found, cursor

    async def _people(self, paging: Paging, seen_by: UUID | None, assessor_id: UUID | None) -> list[UUID]:
        """The people whom a page is about, found first, so that a page of a large audience does not cost the whole.

        Each has something to show: as many as fit on the page, one to tell whether there is more, and the one with
        whom the page before ended, of whom everything may have been shown.
        """
        person_id = self.members.c.person_id
        conditions = [exists().where(self.needed.c.role_id == self.members.c.role_id)]
        if set(self.wanted) <= {Source.MANAGER}:
            conditions.append(self.members.c.manager_id.is_not(None))
        if seen_by is not None:
            themselves = select(col(Person.id)).where(col(Person.id) == seen_by)
            conditions.append(person_id.in_(union(themselves, below_manager(seen_by))))
        if assessor_id is not None:
            conditions.append(self._owed_by(assessor_id))
        if (first := _first_person(paging)) is not None:
            conditions.append(person_id >= first)
        statement = select(person_id).where(*conditions).order_by(person_id).limit(paging.limit + 2)
        return list((await self.session.execute(statement)).scalars())

    async def acting(self, manager_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
        """By manager, who acts: the manager, or where they are away the nearest one above who is here."""
        above = dict[UUID, tuple[bool, UUID | None]]()
        missing = set(manager_ids)
        while missing:
            above |= await self._above(missing)
            missing = {up for acts, up in above.values() if not acts and up is not None} - above.keys()
        return {id: _nearest(id, above) for id in manager_ids}

    async def _above(self, ids: Collection[UUID]) -> dict[UUID, tuple[bool, UUID | None]]:
        wanted, found = list(ids), dict[UUID, tuple[bool, UUID | None]]()
        for start in range(0, len(wanted), CHUNK):
            rows = await self.session.execute(
                select(col(Person.id), _acts(self.today), col(Person.manager_id)).where(
                    col(Person.id).in_(wanted[start : start + CHUNK])
                )
            )
            found |= {id: (bool(acts), above) for id, acts, above in rows}
        return found

    async def _raters(self, person_ids: Collection[UUID]) -> dict[tuple[UUID, UUID, str], int]:
        answered = self.answered.c
        rows = await self.session.execute(select(self.answered).where(answered.person_id.in_(person_ids)))
        return {(row.person_id, row.skill_id, row.source): row.raters for row in rows}

    def _owed(self) -> Select[Any]:
        return (
            select(
                self.members.c.person_id,
                self.members.c.manager_id,
                self.needed.c.skill_id,
                self.asked.c.source,
                self.asked.c.place,
                self.asked.c.wanted,
            )
            .join(self.needed, self.needed.c.role_id == self.members.c.role_id)
            .join(self.asked, self._is_asked())
        )

    def _is_asked(self) -> Any:
        """A manager's rating is not asked about somebody who has no manager."""
        return or_(self.asked.c.source != Source.MANAGER, self.members.c.manager_id.is_not(None))

    def _owed_by(self, assessor_id: UUID) -> Any:
        """About whom a person owes a rating: themselves, and those whose nearest acting manager they are."""
        person_id, nobody = self.members.c.person_id, false()
        acts = select(col(Person.id)).where(col(Person.id) == assessor_id, _acts(self.today)).exists()
        led = and_(person_id.in_(_led_by(assessor_id, self.today)), acts)
        return or_(
            person_id == assessor_id if Source.SELF in self.wanted else nobody,
            led if Source.MANAGER in self.wanted else nobody,
        )


def _first_person(paging: Paging) -> UUID | None:
    """With whom the page begins. Raises BadRequest."""
    if (position := paging.position()) is None:
        return None
    try:
        return UUID(position[0])
    except (ValueError, TypeError, AttributeError) as error:
        raise BadRequest("The cursor belongs to another list.") from error


def members_of(cycle: AssessmentCycle, today: date) -> Any:
    """A query of the members of a cycle with their role and manager: today, or as they were when it closed."""
    if cycle.snapshot_id is None:
        living: Any = select(col(Person.id).label("person_id"), col(Person.role_id), col(Person.manager_id))
        return living.where(member(cycle.audience), here_on(today))
    frozen = select(col(SnapshotPerson.person_id), col(SnapshotPerson.role_id), col(SnapshotPerson.manager_id))
    return frozen.where(col(SnapshotPerson.snapshot_id) == cycle.snapshot_id)


def _asked(wanted: Mapping[Source, int]) -> Any:
    """The sources that are asked, in their order, as rows."""
    rows = [
        select(literal(source.value).label("source"), literal(place).label("place"), literal(number).label("wanted"))
        for place, (source, number) in enumerate(wanted.items())
    ]
    nothing = select(literal("").label("source"), literal(0).label("place"), literal(0).label("wanted")).where(false())
    return union_all(*rows) if rows else nothing


def _acts(today: date) -> Any:
    return and_(col(Person.active).is_(True), here_on(today))


def _led_by(manager_id: UUID, today: date) -> Any:
    """Those who report to a manager, directly or past managers who are away."""
    report = aliased(Person)
    led = select(col(Person.id)).where(col(Person.manager_id) == manager_id).cte("led", recursive=True)
    led = led.union(
        select(col(report.id))
        .join(Person, col(Person.id) == col(report.manager_id))
        .join(led, led.c.id == col(Person.id))
        .where(~_acts(today))
    )
    return select(led.c.id)


def _nearest(manager_id: UUID, above: Mapping[UUID, tuple[bool, UUID | None]]) -> UUID | None:
    acts, up = above[manager_id]
    while not acts and up is not None:
        manager_id, (acts, up) = up, above[up]
    return manager_id if acts else None
