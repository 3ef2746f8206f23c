"""Which ratings a cycle asks for, and who owes them."""

from uuid import UUID

from services.skills.assessments.cycles.invitations.rules import (
    Invitation,
    Owed,
    owner_of,
    reminders,
    share,
    wanted_of,
)
from services.skills.assessments.policies.rules import DEFAULT_POLICY, Source

MIA, LEA, TOP, SKILL = (UUID(int=n) for n in range(1, 5))


def test_of_peers_the_minimum_is_wanted_and_of_others_one() -> None:
    wanted = wanted_of([Source.PEER, Source.MANAGER, Source.SELF], DEFAULT_POLICY)
    assert list(wanted.items()) == [(Source.SELF, 1), (Source.PEER, 3), (Source.MANAGER, 1)]


def test_a_source_that_counts_nowhere_is_not_asked() -> None:
    assert wanted_of([Source.PEER, Source.TEST], DEFAULT_POLICY.without(Source.PEER)) == {Source.TEST: 1}


def test_a_person_owes_their_own_rating_and_their_manager_one() -> None:
    assert [owner_of(source, MIA, LEA) for source in (Source.SELF, Source.MANAGER, Source.PEER, Source.TEST)] == [
        MIA,
        LEA,
        None,
        None,
    ]


def test_peers_answer_together() -> None:
    assert [Invitation(MIA, LEA, SKILL, Source.PEER, 3, raters).done for raters in (0, 2, 3, 4)] == [
        False,
        False,
        True,
        True,
    ]


def test_who_owes_is_reminded_of_all_that_they_owe() -> None:
    owed = [
        Owed(MIA, LEA, Source.SELF, 2),
        Owed(MIA, LEA, Source.MANAGER, 1),
        Owed(LEA, TOP, Source.SELF, 1),
        Owed(LEA, TOP, Source.MANAGER, 1),
        Owed(TOP, None, Source.MANAGER, 5),
    ]
    assert reminders(owed, {LEA: LEA, TOP: TOP}) == {MIA: 2, LEA: 2, TOP: 1}
    assert reminders(owed, {LEA: TOP, TOP: None}) == {MIA: 2, LEA: 1, TOP: 1}


def test_nothing_owed_is_no_share() -> None:
    assert (share(0, 0), share(1, 4)) == (None, 0.25)
