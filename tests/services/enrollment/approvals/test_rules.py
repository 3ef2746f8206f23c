"""Who is asked, in which order, and what silence leads to."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.approvals.rules import (
    ADMINISTRATORS,
    ApprovalQueue,
    ApprovalRoute,
    Deadline,
    Lapse,
    Leader,
    PolicyRule,
    Request,
    Step,
    answer_by,
    approvers_asked,
    first_step,
    ladder,
    lapse,
    route,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MIA, LEA, BO, ANN, DEP = (UUID(int=number) for number in range(1, 6))


def leaders(*ids: UUID) -> Step:
    return Step(ApprovalQueue.LEADERS, ids)


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ([Leader(LEA), Leader(BO)], (leaders(LEA), leaders(BO))),
        ([Leader(LEA)], (leaders(LEA),)),
        ([], ()),
        ([Leader(LEA, deputy_ids=(DEP,)), Leader(BO)], (leaders(LEA, DEP), leaders(BO))),
        ([Leader(LEA, active=False, deputy_ids=(DEP,)), Leader(BO)], (leaders(DEP), leaders(BO))),
        ([Leader(LEA, active=False), Leader(BO), Leader(ANN)], (leaders(BO), leaders(ANN))),
        ([Leader(LEA), Leader(BO), Leader(ANN)], (leaders(LEA), leaders(BO))),
        ([Leader(LEA, active=False, deputy_ids=(MIA,)), Leader(BO)], (leaders(BO),)),
        ([Leader(MIA), Leader(BO)], (leaders(BO),)),
        ([Leader(LEA, deputy_ids=(LEA, DEP, DEP))], (leaders(LEA, DEP),)),
    ],
)
def test_the_ladder_goes_up_the_active_line_and_ends_with_the_administrators(
    line: list[Leader], steps: tuple[Step, ...]
) -> None:
    assert ladder(MIA, line) == (*steps, ADMINISTRATORS)


some_id = st.integers(1, 5).map(lambda number: UUID(int=number))
some_line = st.lists(st.builds(Leader, some_id, st.booleans(), st.lists(some_id, max_size=2).map(tuple)))


@given(some_id, some_line)
def test_nobody_is_asked_about_themselves_and_somebody_always_is(person: UUID, line: list[Leader]) -> None:
    steps = ladder(person, line)
    assert all(person not in step.approver_ids for step in steps)
    assert steps[-1] == ADMINISTRATORS
    assert all(step.approver_ids for step in steps[:-1])


@given(some_id, some_line, st.sampled_from(ApprovalRoute))
def test_an_unanswered_request_is_put_before_somebody_again_before_it_expires(
    person: UUID, line: list[Leader], chosen: ApprovalRoute
) -> None:
    steps = ladder(person, line)
    place, escalations, history = first_step(steps, chosen), 0, []
    while (outcome := lapse(steps, place, escalations)) is not Lapse.EXPIRE:
        history.append(outcome)
        place += outcome is Lapse.ESCALATE
        escalations += 1
    assert history
    assert len(history) <= len(steps)
    assert steps[place] == ADMINISTRATORS


def test_each_step_has_a_week_unless_stated_otherwise() -> None:
    assert answer_by(NOW, Deadline()) == NOW + timedelta(days=7)
    assert answer_by(NOW, Deadline(timedelta(hours=4))) == NOW + timedelta(hours=4)


def test_escalating_adds_people_and_takes_nobody_away() -> None:
    steps = ladder(MIA, [Leader(LEA, deputy_ids=(DEP,)), Leader(BO, deputy_ids=(DEP,))])
    assert approvers_asked(steps, 0, 0) == (LEA, DEP)
    assert approvers_asked(steps, 0, 1) == (LEA, DEP, BO)
    assert approvers_asked(steps, 0, 2) == (LEA, DEP, BO)


COURSE = Request("course", hours=2, cost=Decimal("0"))
ROTATION = Request("cross_training", hours=24, cost=Decimal("300"), currency="EUR")
POLICY = (
    PolicyRule(ApprovalRoute.APPROVE, max_hours=4, max_cost=Decimal("100"), currency="EUR"),
    PolicyRule(ApprovalRoute.ASK_ADMINISTRATORS, min_cost=Decimal("5000"), currency="EUR"),
    PolicyRule(ApprovalRoute.ASK_ADMINISTRATORS, formats=("apprenticeship",)),
)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (COURSE, ApprovalRoute.APPROVE),
        (ROTATION, ApprovalRoute.ASK_LEADER),
        (Request("course", hours=4, cost=Decimal("100"), currency="EUR"), ApprovalRoute.APPROVE),
        (Request("course", hours=4, cost=Decimal("100"), currency="USD"), ApprovalRoute.ASK_LEADER),
        (Request("course", hours=40, cost=Decimal("5000"), currency="EUR"), ApprovalRoute.ASK_ADMINISTRATORS),
        (Request("apprenticeship", hours=2000), ApprovalRoute.ASK_ADMINISTRATORS),
    ],
)
def test_the_first_rule_that_covers_a_request_routes_it(request_: Request, expected: ApprovalRoute) -> None:
    assert route(POLICY, request_) is expected


def test_without_a_policy_the_leader_is_asked() -> None:
    assert route((), COURSE) is ApprovalRoute.ASK_LEADER


def test_no_route_declines() -> None:
    assert set(ApprovalRoute) == {"approve", "ask_leader", "ask_administrators"}
