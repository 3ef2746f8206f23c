"""Tells the walk as a person would."""

import re
import secrets
from datetime import UTC, datetime

import httpx

from deploy.console import Console
from deploy.tour.cast import Cast
from deploy.tour.loop import Loop

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def tell(http: httpx.Client, console: Console, *, calls: bool = False) -> None:
    """Walk the loop with new people, skills and roles, and say each step; with `calls` also what is sent.

    Raises UnexpectedAnswer.
    """
    cast = Cast(datetime.now(UTC).date(), mark=secrets.token_hex(3))
    loop = Loop(http, cast)
    console.note("The loop: a need is found, a way offered, a seat taken, the learning done, the gap closed.\n")
    for step in loop.walk():
        console.note(f"{step.number:>3}  {step.told}")
        for detail in step.details:
            console.note(f"     · {detail}")
        if calls:
            console.note(f"     {step.method} {_ID.sub('…', step.path)} → {step.status}")
    console.note("\nThe next cycle is ready: the loop goes on.")
