"""Pure ASGI middleware: tells every caller how much is left, and refuses who goes too fast."""

import math
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.limits.rules import WINDOW_SECONDS, Decision, Quota, decide
from gateway.proxy.headers import Header
from gateway.scope import answer_headers, caller_of
from shared.errors import REQUEST_ID, TooManyRequests

REMEMBERED = 50_000


class RateLimit:
    """Counts in this process. `default` is the rate of callers who have none of their own; 0 = none at all."""

    def __init__(self, app: ASGIApp, default: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._default = default
        self._clock = clock
        self._due: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = caller_of(scope)
        rate = caller.requests_per_minute or self._default
        if rate == 0:
            await self._app(scope, receive, send)
            return
        quota = Quota(rate)
        decision = self._decide(_name(scope), quota)
        headers = _headers(quota, decision)
        if decision.allowed:
            answer_headers(scope).extend(headers)
            await self._app(scope, receive, send)
            return
        told = {name.decode(): value.decode() for name, value in headers}
        problem = TooManyRequests(
            f"At most {rate} requests a minute; wait {decision.retry_after} s.",
            headers={**told, "Retry-After": str(decision.retry_after)},
        )
        await problem.response(scope.get(REQUEST_ID))(scope, receive, send)

    def _decide(self, name: str, quota: Quota) -> Decision:
        now = self._clock()
        decision = decide(self._due.get(name, now), now, quota)
        self._due[name] = decision.due
        if len(self._due) > REMEMBERED:
            self._due = {known: due for known, due in self._due.items() if due > now}
        return decision


def _name(scope: Scope) -> str:
    """Callers are told apart by who they are; those whom nobody knows, by their address."""
    principal = caller_of(scope).principal
    if principal.id != "anonymous":
        return f"{principal.kind}:{principal.id}"
    client = scope.get("client")
    return f"address:{client[0] if client else ''}"


def _headers(quota: Quota, decision: Decision) -> list[Header]:
    """The fields of the IETF draft on RateLimit headers (draft-ietf-httpapi-ratelimit-headers)."""
    rate, left, seconds = quota.requests_per_minute, decision.remaining, math.ceil(decision.full_after)
    return [
        (b"ratelimit-policy", b'"default";q=%d;w=%d' % (rate, WINDOW_SECONDS)),
        (b"ratelimit", b'"default";r=%d;t=%d' % (left, seconds)),
    ]
