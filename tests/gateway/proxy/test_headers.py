"""Which headers pass the gateway."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.proxy.headers import (
    HOP_BY_HOP,
    INTERNAL_PREFIXES,
    request_headers,
    response_headers,
    valid_traceparent,
)

TOKENS = st.text("abcdefghijklmnopqrstuvwxyz-_", min_size=1, max_size=20).map(str.encode)
NAMES = st.one_of(TOKENS, st.sampled_from(sorted(HOP_BY_HOP)), TOKENS.map(lambda token: b"x-upskill-" + token))


@given(received=st.lists(st.tuples(NAMES, TOKENS)))
def test_nothing_internal_and_nothing_of_one_connection_passes(received: list[tuple[bytes, bytes]]) -> None:
    for passed in (request_headers(received, ()), response_headers(received, ())):
        for name, _ in passed:
            assert name not in HOP_BY_HOP
            assert not name.startswith(INTERNAL_PREFIXES)


def test_what_the_connection_header_names_is_dropped_with_it() -> None:
    received = [(b"connection", b"keep-alive, X-Private"), (b"x-private", b"1"), (b"accept", b"*/*")]
    assert request_headers(received, ()) == [(b"accept", b"*/*")]


def test_order_and_repetitions_stay() -> None:
    received = [(b"accept", b"a"), (b"x-one", b"1"), (b"accept", b"b")]
    assert request_headers(received, [(b"x-request-id", b"7")]) == [*received, (b"x-request-id", b"7")]


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        b"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        b"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        b"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
    ],
)
def test_a_malformed_trace_is_dropped(value: bytes | None) -> None:
    assert valid_traceparent(value) is None
