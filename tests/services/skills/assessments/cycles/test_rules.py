from datetime import date
from uuid import UUID

import pytest

from services.skills.assessments.cycles.rules import (
    Given,
    Invitation,
    Kind,
    Participant,
    Period,
    Progress,
    Status,
    add_months,
    invitations,
    next_period,
    progress,
    reminders,
    status_on,
)
from services.skills.assessments.policies.rules import Source

MIA, LEA, SKILL, OTHER = (UUID(int=n) for n in range(1, 5))


@pytest.mark.parametrize(
    ("today", "closed", "status"),
    [
        (date(2026, 9, 30), False, Status.SCHEDULED),
        (date(2026, 10, 1), False, Status.OPEN),
        (date(2026, 12, 31), False, Status.OPEN),
        (date(2027, 1, 1), False, Status.LATE),
        (date(2026, 11, 1), True, Status.CLOSED),
    ],
)
def test_a_cycle_is_open_by_its_dates_until_somebody_closes_it(today: date, closed: bool, status: Status) -> None:
    assert status_on(today, date(2026, 10, 1), date(2026, 12, 31), closed) is status


@pytest.mark.parametrize(
    ("kind", "closes_on", "title"),
    [
        (Kind.QUARTERLY, date(2027, 3, 31), "This quarter (2027 Q1)"),
        (Kind.ANNUAL, date(2027, 12, 31), "This quarter (2027)"),
        (Kind.AD_HOC, date(2027, 4, 2), "This quarter (from 2027-01-01)"),
    ],
)
def test_the_next_period_follows_without_a_gap(kind: Kind, closes_on: date, title: str) -> None:
    last = Period("This quarter", date(2026, 10, 1), date(2026, 12, 31))
    assert next_period(kind, last) == Period(title, date(2027, 1, 1), closes_on)


def test_titles_do_not_pile_up() -> None:
    first = next_period(Kind.QUARTERLY, Period("Skills review (spring)", date(2026, 10, 1), date(2026, 12, 31)))
    assert first.title == "Skills review (spring) (2027 Q1)"
    assert next_period(Kind.QUARTERLY, first).title == "Skills review (spring) (2027 Q2)"


def test_months_end_where_they_end() -> None:
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 1), 12) == date(2027, 12, 1)


def owed(*given: Given, sources: tuple[Source, ...] = (Source.MANAGER, Source.SELF)) -> list[Invitation]:
    return invitations([Participant(MIA, [SKILL, OTHER], LEA)], sources, given, minimum_peers=3)


def test_each_required_source_owes_each_required_skill() -> None:
    assert [(i.skill_id, i.source, i.assessor_id, i.done) for i in owed()] == [
        (SKILL, Source.SELF, MIA, False),
        (SKILL, Source.MANAGER, LEA, False),
        (OTHER, Source.SELF, MIA, False),
        (OTHER, Source.MANAGER, LEA, False),
    ]


def test_a_rating_answers_its_invitation() -> None:
    found = owed(Given(MIA, SKILL, Source.MANAGER, str(LEA)), Given(LEA, OTHER, Source.SELF, str(LEA)))
    assert [i.done for i in found] == [False, True, False, False]
    assert progress(found) == Progress(wanted=4, done=1)
    assert progress(found).share == 0.25
    assert reminders(found) == {MIA: 2, LEA: 1}


def test_peers_answer_together_and_nobody_sees_how_many_have_so_far() -> None:
    two = [Given(MIA, SKILL, Source.PEER, name) for name in "ab"]
    assert [(i.wanted, i.given) for i in owed(*two, sources=(Source.PEER,))] == [(3, 0), (3, 0)]
    three = [*two, Given(MIA, SKILL, Source.PEER, "c")]
    assert [i.done for i in owed(*three, sources=(Source.PEER,))] == [True, False]
    assert reminders(owed(sources=(Source.PEER, Source.TEST))) == {}


def test_nothing_owed_is_no_share() -> None:
    assert progress([]).share is None
