"""The demo organisation in a new installation: loaded once, whatever happens, with its stories in it."""

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from deploy.demo.organisation import read_organisation
from tests.journeys.conftest import NewSuite
from tests.journeys.suite import ADMIN_KEY, UPSKILL, Suite, running_suite

# The loader is the same in both shapes, and a load is a thousand calls: it is watched in one of them.
pytestmark = [
    pytest.mark.journey,
    pytest.mark.processes,
    pytest.mark.parametrize("shape", ["embedded"], indirect=True, scope="module"),
]

LOAD_SECONDS = 180.0
LOADED = "The demo organisation is loaded."
STATES = {
    "requested",
    "declined",
    "waitlisted",
    "offered",
    "enrolled",
    "in_progress",
    "completed",
    "failed",
    "no_show",
    "withdrawn",
    "revoked",
}


def wait_for(suite: Suite, line: str) -> None:
    """Until the suite has said this."""
    deadline = time.monotonic() + LOAD_SECONDS
    while not any(line in said for said in suite.said):
        assert time.monotonic() < deadline, suite.said
        time.sleep(0.05)


@pytest.fixture(scope="module")
def demo_suite(new_suite: NewSuite) -> Iterator[Suite]:
    """An installation whose first load is killed half-way, and which was then started again."""
    suite = new_suite()
    suite.environment["UPSKILL_DEMO"] = "1"
    with running_suite(suite) as running:
        wait_for(running, "  People: ")
        running.kill()
        running.start()
        wait_for(running, LOADED)
        yield running


@pytest.fixture
def shop(demo_suite: Suite) -> Iterator[httpx.Client]:
    with demo_suite.client() as http:
        yield http


def listed(shop: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.get(f"{path}{'&' if '?' in path else '?'}limit=200").json()["data"]
    return found


def gaps(shop: httpx.Client, person: str, role: str | None = None) -> dict[str, dict[str, Any]]:
    """A person's gaps by the skill's label."""
    query = f"?role_id=demo:{role}" if role else ""
    data = shop.get(f"/v1/people/demo:{person}/gaps{query}").json()["data"]
    return {item["skill"]["label"]: item for item in data}


def test_a_load_that_was_killed_is_finished_once(shop: httpx.Client) -> None:
    organisation = read_organisation()
    assert len(listed(shop, "/v1/people")) == len(organisation.people)
    assert len(listed(shop, "/v1/roles")) == len(organisation.roles)
    assert len(listed(shop, "/v1/skills")) == len(organisation.skills)
    assert len(listed(shop, "/v1/programs")) == len(organisation.programs)
    assert len(listed(shop, "/v1/plans")) == len(organisation.plans)
    written = Counter(rating["person"] for rating in organisation.ratings)
    assert len(listed(shop, "/v1/ratings?person_id=demo:F033")) == written["F033"] + 1  # and what the course taught


def test_something_is_in_every_state(shop: httpx.Client) -> None:
    assert {enrollment["status"] for enrollment in listed(shop, "/v1/enrollments")} >= STATES
    assert {program["format"] for program in listed(shop, "/v1/programs")} == {
        "course",
        "cross_training",
        "stretch_assignment",
        "mentorship",
        "apprenticeship",
        "volunteer",
    }
    assert {plan["status"] for plan in listed(shop, "/v1/plans")} >= {"draft", "in_review", "active"}


def test_the_sales_representative(shop: httpx.Client) -> None:
    """Nadia has learnt to sell by video, which her role needs; marketing would be another role."""
    now, marketing = gaps(shop, "F041"), gaps(shop, "F041", "social-media-marketer")
    assert (now["Use virtual conference tools"]["status"], now["Use virtual conference tools"]["level"]) == ("met", 3.0)
    assert now["Use virtual conference tools"]["kind"] == "upskilling"
    assert marketing["Market on social media"]["kind"] == "reskilling"
    assert marketing["Market on social media"]["status"] == "gap"


def test_customer_service_moves_online(shop: httpx.Client) -> None:
    """The role itself becomes another one: what it needs anew is reskilling, though it is the same role."""
    dieter = gaps(shop, "F034")
    assert dieter["Advise customers by chat"]["kind"] == "reskilling"
    assert dieter["Advise customers by chat"]["status"] == "gap"
    assert dieter["Handle complaints"]["kind"] == "upskilling"


def test_the_fresher(shop: httpx.Client) -> None:
    """From graduate trainee to software engineer, and on to leading people."""
    ahead = shop.get("/v1/people/demo:F057/pathways?target_role_id=demo:software-engineer").json()["data"]
    assert ahead[0]["steps"][-1]["role"]["title"] == "Software engineer"
    further = shop.get("/v1/people/demo:F057/pathways?target_role_id=demo:engineering-manager").json()["data"]
    assert any(len(way["steps"]) > 1 for way in further)
    assert all(way["steps"][-1]["role"]["title"] == "Engineering manager" for way in further)


def test_a_second_load_changes_nothing(demo_suite: Suite, shop: httpx.Client) -> None:
    def everything() -> dict[str, int]:
        return {name: len(listed(shop, f"/v1/{name}")) for name in ("people", "plans", "enrollments", "offerings")}

    before = everything()
    done = subprocess.run(
        [str(UPSKILL), "demo", "--url", demo_suite.base_url, "--key", ADMIN_KEY],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert LOADED in done.stdout
    assert everything() == before


def test_a_start_with_data_loads_nothing(demo_suite: Suite) -> None:
    demo_suite.stop()
    demo_suite.start()
    with demo_suite.client() as http:
        assert http.get("/readyz").status_code == 200
    assert not any("Loading" in line for line in demo_suite.said)
