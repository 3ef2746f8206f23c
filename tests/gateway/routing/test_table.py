"""The route table: who owns which path, and which paths nobody owns."""

import pytest

from gateway.routing.table import MEBIBYTE, ROUTES, Owner, Route, RouteTable

TABLE = RouteTable()


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/v1/skills", Owner.SKILLS),
        ("/v1/skills/search", Owner.SKILLS),
        ("/v1/people/hris:E2/gaps", Owner.SKILLS),
        ("/v1/people/by-external-id/hris/E2", Owner.SKILLS),
        ("/v1/people/0198c0de-0000-7000-8000-000000000000/journey", Owner.GATEWAY),
        ("/v1/imports", Owner.SKILLS),
        ("/v1/programs", Owner.PROGRAMS),
        ("/v1/programs/7/prerequisites", Owner.PROGRAMS),
        ("/v1/programs/7/offerings", Owner.ENROLLMENT),
        ("/v1/programs/lms:7/offerings", Owner.ENROLLMENT),
        ("/v1/offerings/9", Owner.ENROLLMENT),
        ("/v1/campaigns/9", Owner.PROGRAMS),
        ("/v1/campaigns/9/calendar.ics", Owner.PROGRAMS),
        ("/v1/campaigns/9/funnel", Owner.ENROLLMENT),
        ("/v1/enrollments/9/approve", Owner.ENROLLMENT),
        ("/v1/gaps/trend", Owner.SKILLS),
        ("/v1/clients/9", Owner.GATEWAY),
        ("/scim/v2/Users", Owner.SKILLS),
        ("/xapi/v1/statements", Owner.ENROLLMENT),
        ("/", Owner.PAGES),
        ("/healthz", Owner.PAGES),
        ("/docs/assets/docs.js", Owner.PAGES),
    ],
)
def test_the_most_specific_row_owns_a_path(path: str, owner: Owner) -> None:
    route = TABLE.find(path)
    assert route is not None
    assert route.owner is owner


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/nothing",
        "/v1/",
        "/v1",
        "/v2/skills",
        "/v1/skillsets",
        "/internal/events",
        "/v1/internal/events",
        "/v1/skills/../../internal/events",
        "/v1/skills/..",
        "/v1/skills/./x",
        "/v1/skills/..\\..\\internal",
        "/v1//skills",
        "//v1/skills",
        "/v1/skills/a\0b",
    ],
)
def test_nobody_owns_an_unknown_or_ambiguous_path(path: str) -> None:
    assert TABLE.find(path) is None


def test_a_trailing_slash_is_left_to_the_owner() -> None:
    route = TABLE.find("/v1/skills/")
    assert route is not None
    assert route.owner is Owner.SKILLS


def test_only_imports_take_more_than_a_mebibyte() -> None:
    assert {route.prefix for route in ROUTES if route.max_body != MEBIBYTE} == {"/v1/imports"}


def test_a_prefix_can_be_listed_once_only() -> None:
    with pytest.raises(ValueError, match="two routes for /v1/skills"):
        RouteTable((Route("/v1/skills", Owner.SKILLS), Route("/v1/skills", Owner.PROGRAMS)))
