"""The four promises under any sequence of moves: a box office in memory that obeys the rules, watched."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.enrollment.enrollments.rules import SEATED, ActingAs, EnrollmentAction, EnrollmentStatus, move
from services.enrollment.offerings.rules import (
    EnrollmentClosed,
    InLine,
    OfferingFull,
    Placement,
    Promotion,
    Run,
    SeatsTaken,
    Waitlist,
    has_started,
    next_in_line,
    offer_expires_at,
    place,
    promotion,
    promotions,
    require_capacity,
    require_open,
)

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
EVERYBODY = set(ActingAs) - {ActingAs.PARTICIPANT}


class BoxOffice(RuleBasedStateMachine):
    """Keeps who stands where; every decision is the rules'."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.statuses: dict[int, EnrollmentStatus] = {}
        self.requested_at: dict[int, datetime] = {}
        self.offers: dict[int, datetime] = {}
        self.seated_from_line: list[tuple[int, frozenset[int]]] = []

    @initialize(
        capacity=st.integers(0, 3),
        waitlist=st.sampled_from(Waitlist),
        starts_in=st.none() | st.integers(1, 60),
        offer_hours=st.integers(1, 72),
    )
    def open_the_run(self, capacity: int, waitlist: Waitlist, starts_in: int | None, offer_hours: int) -> None:
        starts_at = None if starts_in is None else START + timedelta(hours=starts_in)
        self.run_ = Run(capacity, waitlist=waitlist, offer_hours=offer_hours, starts_at=starts_at)

    def those(self, *statuses: EnrollmentStatus) -> list[int]:
        return [person for person, status in self.statuses.items() if status in statuses]

    @property
    def run(self) -> Run:
        waiting = len(self.those(EnrollmentStatus.WAITLISTED))
        return replace(self.run_, taken=len(self.those(*SEATED)), waiting=waiting)

    def act(self, person: int, action: EnrollmentAction) -> None:
        self.statuses[person] = move(self.statuses[person], action, EVERYBODY)
        if self.statuses[person] is EnrollmentStatus.OFFERED:
            self.offers[person] = offer_expires_at(self.run, self.now)

    def line(self) -> list[InLine]:
        return [
            InLine(self.requested_at[person], UUID(int=person)) for person in self.those(EnrollmentStatus.WAITLISTED)
        ]

    def hand_out_free_seats(self) -> None:
        for waiting in next_in_line(self.line(), promotions(self.run, self.now)):
            person = waiting.enrollment_id.int
            assert not has_started(self.run, self.now)
            self.seated_from_line.append((person, frozenset(self.those(EnrollmentStatus.WAITLISTED)) - {person}))
            offered = promotion(self.run) is Promotion.OFFER
            self.act(person, EnrollmentAction.OFFER if offered else EnrollmentAction.ENROLL)

    @rule()
    def request(self) -> None:
        try:
            require_open(self.run, self.now)
        except EnrollmentClosed:
            return
        person = len(self.statuses)
        self.statuses[person], self.requested_at[person] = EnrollmentStatus.REQUESTED, self.now
        self.now += timedelta(minutes=1)

    @precondition(lambda self: self.those(EnrollmentStatus.REQUESTED))
    @rule(data=st.data())
    def approve(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(self.those(EnrollmentStatus.REQUESTED)))
        try:
            placement = place(self.run)
        except OfferingFull:
            assert self.run.free == 0
            return
        self.act(person, EnrollmentAction.APPROVE)
        if placement is Placement.SEAT:
            assert not self.those(EnrollmentStatus.WAITLISTED), "a newcomer passed the queue"
        self.act(person, EnrollmentAction.ENROLL if placement is Placement.SEAT else EnrollmentAction.WAITLIST)

    @rule(
        data=st.data(),
        action=st.sampled_from(
            [EnrollmentAction.DECLINE, EnrollmentAction.START, EnrollmentAction.ACCEPT, EnrollmentAction.COMPLETE]
        ),
    )
    def act_on_somebody(self, data: st.DataObject, action: EnrollmentAction) -> None:
        sources = {
            EnrollmentAction.DECLINE: [EnrollmentStatus.REQUESTED],
            EnrollmentAction.START: [EnrollmentStatus.ENROLLED],
            EnrollmentAction.ACCEPT: [EnrollmentStatus.OFFERED],
            EnrollmentAction.COMPLETE: [EnrollmentStatus.ENROLLED, EnrollmentStatus.IN_PROGRESS],
        }
        if candidates := self.those(*sources[action]):
            self.act(data.draw(st.sampled_from(candidates)), action)
            self.hand_out_free_seats()

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        leaving = self.those(*SEATED, EnrollmentStatus.REQUESTED, EnrollmentStatus.WAITLISTED)
        if leaving:
            self.act(data.draw(st.sampled_from(leaving)), EnrollmentAction.WITHDRAW)
            self.hand_out_free_seats()

    @rule(capacity=st.integers(0, 5))
    def change_capacity(self, capacity: int) -> None:
        try:
            require_capacity(self.run, capacity)
        except SeatsTaken:
            assert capacity < len(self.those(*SEATED))
            return
        self.run_ = replace(self.run_, capacity=capacity)
        self.hand_out_free_seats()

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for person in self.those(EnrollmentStatus.OFFERED):
            if self.offers[person] <= self.now:
                self.act(person, EnrollmentAction.EXPIRE)
        if has_started(self.run, self.now):
            for person in self.those(EnrollmentStatus.WAITLISTED):
                self.act(person, EnrollmentAction.EXPIRE)
        self.hand_out_free_seats()

    @invariant()
    def seats_are_never_oversold(self) -> None:
        if hasattr(self, "run_"):
            assert self.run.capacity is not None
            assert len(self.those(*SEATED)) <= self.run.capacity

    @invariant()
    def the_line_is_served_in_order(self) -> None:
        for person, left_behind in self.seated_from_line:
            assert all(self.requested_at[person] < self.requested_at[other] for other in left_behind)

    @invariant()
    def no_seat_stays_free_while_people_wait(self) -> None:
        if hasattr(self, "run_"):
            assert promotions(self.run, self.now) == 0

    @invariant()
    def nobody_rests_in_approved(self) -> None:
        assert not self.those(EnrollmentStatus.APPROVED)


TestBoxOffice = BoxOffice.TestCase
