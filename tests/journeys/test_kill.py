"""kill -9 in the middle of the work, then the same command again: what was acknowledged is there, once."""

import itertools
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import psutil
import pytest

from deploy.tour.cast import Cast
from deploy.tour.loop import Loop
from tests.journeys.conftest import NewSuite
from tests.journeys.suite import Suite, running_suite

pytestmark = [pytest.mark.journey, pytest.mark.processes]

DELIVERY_SECONDS = 20.0


@pytest.fixture
def own_suite(new_suite: NewSuite) -> Iterator[Suite]:
    """An installation that a test may kill."""
    with running_suite(new_suite()) as running:
        yield running


def walk_until(number: str, http: httpx.Client) -> Loop:
    loop = Loop(http, Cast(datetime.now(UTC).date()))
    for step in loop.walk():
        if step.number == number:
            return loop
    raise AssertionError(f"the walk has no call {number}")


def learning_ratings(http: httpx.Client, loop: Loop) -> list[str]:
    path = f"/v1/ratings?person_id={loop.kept['mia']}&skill_id={loop.kept['social']}"
    return [rating["id"] for rating in http.get(path).json()["data"] if rating["source"] == "learning"]


def evidence_when_delivered(http: httpx.Client, loop: Loop) -> dict[str, object]:
    deadline = time.monotonic() + DELIVERY_SECONDS
    while True:
        evidence: dict[str, object] = http.get(f"/v1/enrollments/{loop.kept['enrollment']}").json()["evidence"]
        if evidence["status"] != "pending" or time.monotonic() > deadline:
            return evidence
        time.sleep(0.1)


def test_a_completion_survives_the_kill_and_its_evidence_arrives_once(own_suite: Suite) -> None:
    with own_suite.client() as http:
        loop = walk_until("21", http)
    own_suite.kill()
    own_suite.start()
    with own_suite.client() as http:
        assert http.get(f"/v1/enrollments/{loop.kept['enrollment']}").json()["status"] == "completed"
        evidence = evidence_when_delivered(http, loop)
        assert evidence["status"] == "recorded"
        assert learning_ratings(http, loop) == evidence["rating_ids"]
        gaps = http.get(f"/v1/people/{loop.kept['mia']}/gaps?role_id={loop.kept['marketer']}").json()
        assert gaps["readiness"] == 0.6667
        assert http.get(f"/v1/credentials/{loop.kept['credential']}").status_code == 200
    # Once more: what was delivered is not delivered again.
    own_suite.kill()
    own_suite.start()
    with own_suite.client() as http:
        assert learning_ratings(http, loop) == evidence["rating_ids"]


def test_nothing_acknowledged_is_lost(own_suite: Suite) -> None:
    """Roles are created one after the other while the process is killed under them."""
    acknowledged: list[str] = []
    stopped: list[str] = []
    hurried = threading.Event()

    def create_roles() -> None:
        with own_suite.client() as http:
            for number in itertools.count():
                body = {"title": f"Role {number}", "family": "Load", "grade": "1"}
                try:
                    response = http.post("/v1/roles", json=body, headers={"Idempotency-Key": f"role-{number}"})
                except httpx.TransportError as error:
                    stopped.append(repr(error))
                    break
                if response.status_code != 201:
                    stopped.append(response.text)
                    break
                acknowledged.append(response.json()["id"])
                if len(acknowledged) == 30:
                    hurried.set()
        hurried.set()

    writer = threading.Thread(target=create_roles)
    writer.start()
    assert hurried.wait(300)
    assert len(acknowledged) >= 30, stopped
    own_suite.kill()
    writer.join(60)
    own_suite.start()
    with own_suite.client() as http:
        # A repeated request gets the first one's answer, whether that one had been heard or not.
        for number, role_id in enumerate(acknowledged):
            body = {"title": f"Role {number}", "family": "Load", "grade": "1"}
            again = http.post("/v1/roles", json=body, headers={"Idempotency-Key": f"role-{number}"})
            assert again.status_code == 201
            assert again.json()["id"] == role_id
            assert http.get(f"/v1/roles/{role_id}").json()["title"] == f"Role {number}"


@pytest.mark.parametrize("shape", ["processes"], indirect=True)
def test_a_killed_service_is_started_again_and_hears_what_it_missed(own_suite: Suite) -> None:
    with own_suite.client() as http:
        loop = walk_until("20", http)
        assert own_suite.process is not None
        children = psutil.Process(own_suite.process.pid).children()
        skills = next(child for child in children if "services.skills" in child.cmdline())
        skills.send_signal(signal.SIGKILL)
        body = {"acting_person_id": loop.kept["lea"], "reason": "24 hours done"}
        done = http.post(f"/v1/enrollments/{loop.kept['enrollment']}/complete", json=body)
        assert done.status_code == 200, done.text
        evidence = evidence_when_delivered(http, loop)
        assert evidence["status"] == "recorded"
        assert learning_ratings(http, loop) == evidence["rating_ids"]


def test_a_second_suite_is_kept_away_from_the_data(own_suite: Suite) -> None:
    second = own_suite.launch()
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 2
    assert said == ""
    assert "in use by process" in own_suite.log.read_text()


def test_sigterm_ends_every_process(own_suite: Suite) -> None:
    assert own_suite.process is not None
    family = psutil.Process(own_suite.process.pid).children(recursive=True)
    own_suite.stop()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
