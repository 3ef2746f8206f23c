from datetime import date
from uuid import UUID

from services.skills.gaps.coverage.rules import Coverage, Demand, demands_of, too_few
from services.skills.gaps.horizons import read_horizon
from services.skills.gaps.rules import RoleProfile
from services.skills.roles.rules import Requirement

NOW = read_horizon("now", date(2026, 11, 23))
TILL, RETURNS, STOCK = (UUID(int=number) for number in (1, 2, 3))
SHOP, ONLINE, GONE = (UUID(int=number) for number in (11, 12, 13))
ROLES = {
    SHOP: RoleProfile(SHOP, "Shop assistant", (Requirement(TILL, 3), Requirement(RETURNS, 2))),
    ONLINE: RoleProfile(ONLINE, "Online adviser", (Requirement(RETURNS, 4),)),
}


def test_the_highest_level_that_a_role_requires_counts_and_everybody_who_is_asked() -> None:
    demands = demands_of({SHOP: 6, ONLINE: 3, GONE: 1}, ROLES, NOW, None)
    assert demands == {TILL: Demand(TILL, 3, 6), RETURNS: Demand(RETURNS, 4, 9)}


def test_a_level_that_is_asked_for_stands_in_for_the_roles() -> None:
    assert demands_of({SHOP: 6, ONLINE: 3}, ROLES, NOW, 2.5)[RETURNS] == Demand(RETURNS, 2.5, 9)


def test_the_fewest_holders_come_first_and_enough_are_left_out() -> None:
    demands = [Demand(TILL, 3, 6), Demand(RETURNS, 4, 9), Demand(STOCK, 3, 9)]
    labels = {RETURNS: "Returns", STOCK: "stock", TILL: "Till"}
    found = too_few(demands, {TILL: 1, STOCK: 2}, 2, labels)
    assert found == [Coverage(demands[1], 0), Coverage(demands[0], 1)]
    assert [coverage.single_point_of_failure for coverage in found] == [False, True]
    assert too_few(demands, {}, 2, labels) == [
        Coverage(demands[1], 0),
        Coverage(demands[2], 0),
        Coverage(demands[0], 0),
    ]
