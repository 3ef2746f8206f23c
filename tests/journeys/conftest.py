"""The suite in both shapes: embedded on SQLite, processes on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.databases import PostgresServer
from tests.journeys.suite import Shape, Suite, running_suite

NewSuite = Callable[[], Suite]


@pytest.fixture(scope="module", params=["embedded", "processes"])
def shape(request: pytest.FixtureRequest) -> Shape:
    found: Shape = request.param
    return found


@pytest.fixture(scope="module")
def new_suite(
    shape: Shape, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[NewSuite]:
    """Makes suites that are not started yet, each with its own data."""
    with ExitStack() as stack:

        def make() -> Suite:
            suite = Suite(shape, tmp_path_factory.mktemp("suite") / "data")
            if shape == "processes":
                server: PostgresServer = request.getfixturevalue("postgres")
                suite.environment["UPSKILL_DATABASE_URL"] = stack.enter_context(server.databases_of_a_suite())
            return suite

        yield make


@pytest.fixture(scope="module")
def suite(new_suite: NewSuite) -> Iterator[Suite]:
    """One empty installation that serves for all tests of a module."""
    with running_suite(new_suite()) as running:
        yield running


@pytest.fixture
def http(suite: Suite) -> Iterator[httpx.Client]:
    """The administrator's client."""
    with suite.client() as client:
        yield client
