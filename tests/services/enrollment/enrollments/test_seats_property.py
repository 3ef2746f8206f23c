"""The four promises kept by the service itself: any sequence of moves, looked at in the database after each."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.enrollment.app import REACTIONS, create_app
from services.enrollment.enrollments.clockwork import EnrollmentClockwork
from shared.clients.transports import EmbeddedTransports
from tests.databases import SqliteFiles
from tests.harness import running
from tests.services.enrollment.neighbours import FakePrograms, FakeSkills
from tests.services.enrollment.shop import Shop, Watch

SEATED = {"offered", "enrolled", "in_progress"}
Step = tuple[str, int]
WORDS = ["approve", "approve", "withdraw", "withdraw", "request", "decline", "accept", "start", "complete"]
steps = st.lists(
    st.tuples(st.sampled_from([*WORDS, "resize", "wait", "clock"]), st.integers(0, 5)), min_size=10, max_size=30
)
runs = st.fixed_dictionaries(
    {
        "capacity": st.integers(1, 2),
        "waitlist": st.sampled_from(["auto", "offer"]),
        "offer_hours": st.integers(1, 3),
        "starts_at": st.sampled_from([None, "2026-11-23T12:00:00Z"]),
        "enrollment_closes_at": st.just("2026-12-24T10:00:00Z"),
    }
)
MOVABLE = {
    "approve": {"requested"},
    "decline": {"requested"},
    "withdraw": {"requested", "waitlisted", *SEATED},
    "accept": {"offered"},
    "start": {"enrolled"},
    "complete": {"enrolled", "in_progress"},
}


class Story:
    """One run of a program, told step by step, and checked after each."""

    def __init__(self, shop: Shop, offering: dict[str, Any]) -> None:
        self.shop = shop
        self.offering = offering
        self.before: list[dict[str, Any]] = []

    async def tell(self, step: Step) -> None:
        what, number = step
        self.before = await self.people()
        special: dict[str, Callable[[int], Any]] = {
            "request": self.request,
            "resize": self.resize,
            "wait": self.wait,
            "clock": self.clock,
        }
        if what in special:
            await special[what](number)
        else:
            await self.act(what, number)
        await self.check(what)

    async def people(self) -> list[dict[str, Any]]:
        path = f"/v1/enrollments?limit=200&offering_id={self.offering['id']}"
        return list((await self.shop.service.get(path)).json()["data"])

    async def request(self, _: int) -> None:
        self.shop.watch.forward(seconds=1)
        await self.shop.request(self.shop.staff(1)[0], self.offering)

    async def resize(self, capacity: int) -> None:
        headers = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
        path = f"/v1/offerings/{self.offering['id']}"
        answer = await self.shop.service.patch(path, {"capacity": capacity}, headers=headers)
        taken = sum(one["status"] in SEATED for one in self.before)
        assert answer.status_code == (200 if capacity >= taken else 409), answer.text

    async def wait(self, hours: int) -> None:
        self.shop.watch.forward(hours=hours)
        clockwork = EnrollmentClockwork(self.shop.service.app.state.database, REACTIONS, self.shop.watch)
        while await clockwork.work():
            pass

    async def clock(self, hours: int) -> None:
        """Time passes, and nobody has looked yet at what is due."""
        self.shop.watch.forward(hours=hours)

    async def act(self, action: str, number: int) -> None:
        movable = [one for one in self.before if one["status"] in MOVABLE[action]]
        if movable:
            one = movable[number % len(movable)]
            person = UUID(one["person_id"]) if action == "accept" else self.shop.lea
            lapsed = action == "accept" and datetime.fromisoformat(one["offer_expires_at"]) <= self.shop.watch.now
            await self.shop.act(one, action, person, reason="Because", expect=409 if lapsed else 200)

    async def check(self, what: str) -> None:
        people = await self.people()
        by_status = {one["id"]: one["status"] for one in people}
        run = (await self.shop.service.get(f"/v1/offerings/{self.offering['id']}")).json()
        taken = sum(status in SEATED for status in by_status.values())
        line = [one for one in people if one["status"] == "waitlisted"]
        assert taken <= run["capacity"], "oversold"
        assert (run["seats_taken"], run["waiting"]) == (taken, len(line)), "the counters are the rows"
        assert "approved" not in by_status.values()
        waited = [one for one in self.before if one["status"] == "waitlisted"]
        seated = [by_status[one["id"]] in SEATED for one in waited]
        assert seated == sorted(seated, reverse=True), "out of the order of the requests"
        assert [one["position"] for one in line] == list(range(1, len(line) + 1))
        started = run["starts_at"] is not None and datetime.fromisoformat(run["starts_at"]) <= self.shop.watch.now
        assert not (started and any(seated)), "promoted after the start"
        if not started:
            assert not line or run["seats_free"] == 0, "a seat stays free while people wait"
        if what == "approve" and not started:
            newcomers = [one for one in self.before if one["status"] == "requested"]
            assert not (waited and any(by_status[one["id"]] in SEATED for one in newcomers)), "passed the queue"


async def tell(url: str, run: dict[str, Any], order: list[int], told: list[Step]) -> None:
    skills, programs, watch = FakeSkills(), FakePrograms(), Watch()
    transports = EmbeddedTransports({"skills": skills.app, "programs": programs.app})
    async with running("enrollment", partial(create_app, clock=watch), url, transports) as service:
        shop = Shop(service, skills, programs, watch)
        story = Story(shop, await shop.offering(**run))
        for step in [("request", 0)] * 5 + [("approve", place) for place in order] + told:
            await story.tell(step)


# Without shrinking: each example runs a service, and a story that fails is short enough to read.
@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(run=runs, order=st.lists(st.integers(0, 4), min_size=3, max_size=5), told=steps)
def test_the_promises_hold_after_every_step(
    sqlite_files: SqliteFiles, run: dict[str, Any], order: list[int], told: list[Step]
) -> None:
    url = sqlite_files.fresh("services.enrollment")
    try:
        asyncio.run(tell(url, run, order, told))
    finally:
        sqlite_files.drop(url)
