"""Which headers pass the gateway, in either direction: pure functions on raw ASGI header lists."""

import re
from collections.abc import Iterable

Header = tuple[bytes, bytes]

# RFC 9110 section 7.6.1: these concern one connection only and are never passed on.
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# The caller's own credentials end here: services see only the token that the gateway signs. What a
# caller says about addresses and paths (`Forwarded`, `X-Original-URL` …) is not evidence of anything.
NOT_FROM_CALLERS = HOP_BY_HOP | {
    b"authorization",
    b"cookie",
    b"expect",
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-prefix",
    b"x-forwarded-proto",
    b"x-http-method-override",
    b"x-original-url",
    b"x-real-ip",
    b"x-request-id",
    b"x-rewrite-url",
    b"traceparent",
}
# The gateway's own server writes these two, and the gateway itself the request id.
NOT_FROM_SERVICES = HOP_BY_HOP | {b"server", b"date", b"x-request-id"}
INTERNAL_PREFIXES = (b"x-upskill", b"x_upskill")

_TRACEPARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def request_headers(received: Iterable[Header], added: Iterable[Header]) -> list[Header]:
    """What the service sees of the caller's headers, then `added` (identity, request id, traceparent)."""
    kept = list(received)
    options = connection_options(kept)
    dropped = NOT_FROM_CALLERS | options if options else NOT_FROM_CALLERS
    passed = [header for header in kept if header[0] not in dropped and not header[0].startswith(INTERNAL_PREFIXES)]
    passed.extend(added)
    return passed


def response_headers(received: Iterable[Header], added: Iterable[Header]) -> list[Header]:
    """What the caller sees of a service's headers, then `added` (request id, rate limit)."""
    passed = [
        header
        for header in received
        if header[0] not in NOT_FROM_SERVICES and not header[0].startswith(INTERNAL_PREFIXES)
    ]
    passed.extend(added)
    return passed


def connection_options(headers: Iterable[Header]) -> set[bytes]:
    """Header names that `Connection` declares to be for this connection only."""
    return {option.strip().lower() for name, value in headers if name == b"connection" for option in value.split(b",")}


def find_header(headers: Iterable[Header], wanted: bytes) -> bytes | None:
    """The first value of `wanted` (lower case), or None."""
    for name, value in headers:
        if name == wanted:
            return value
    return None


def valid_traceparent(value: bytes | None) -> bytes | None:
    """A W3C `traceparent` in its only legal form, or None."""
    return value if value is not None and _TRACEPARENT.fullmatch(value) else None
