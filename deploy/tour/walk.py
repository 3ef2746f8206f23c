"""One call of the loop and what it tells. The walk itself is in `loop.py`."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

Body = dict[str, Any]


class UnexpectedAnswer(Exception):
    """A call of the walk was not answered as it should be."""


@dataclass(frozen=True)
class Step:
    """A call, its answer, and the sentence in which a person would tell it."""

    number: str
    method: str
    path: str
    body: Body | None
    answer: Body
    headers: httpx.Headers
    status: int
    told: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """What is sent. `expect` is the status that the walk goes on with."""

    number: str
    method: str
    path: str
    body: Body | None = None
    expect: tuple[int, ...] = (200,)
    headers: dict[str, str] = field(default_factory=dict)


class Walker:
    """Makes calls as an integrator does: a key in the header, and an Idempotency-Key on every write."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def make(self, call: Call) -> httpx.Response:
        """Send the call. Raises UnexpectedAnswer with what came instead."""
        headers = dict(call.headers)
        if call.method != "GET":
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        response = self.http.request(call.method, call.path, json=call.body, headers=headers)
        if response.status_code not in call.expect:
            raise UnexpectedAnswer(
                f"{call.number} {call.method} {call.path} answered {response.status_code}: {response.text}"
            )
        return response

    def repeat(self, call: Call, *, until: Any, seconds: float) -> httpx.Response:
        """Repeat a read until `until(answer)` holds or the time is over; returns the last answer."""
        deadline = time.monotonic() + seconds
        while True:
            response = self.make(call)
            if until(response.json()) or time.monotonic() > deadline:
                return response
            time.sleep(0.1)


def step(call: Call, response: httpx.Response, told: str, *details: str) -> Step:
    """Put a call and its answer together."""
    return Step(
        number=call.number,
        method=call.method,
        path=call.path,
        body=call.body,
        answer=response.json(),
        headers=response.headers,
        status=response.status_code,
        told=told,
        details=details,
    )
