"""API keys: their form, when they are good, who may grant what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clients.rules import (
    ClientStatus,
    PresentedKey,
    digest_of,
    is_secret,
    not_grantable,
    read_key,
    status_of,
)
from shared.identity.principal import Principal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)


def test_a_key_is_read_as_it_is_written() -> None:
    assert read_key("upk_3f9c_a_b-c") == PresentedKey("3f9c", "a_b-c")
    assert PresentedKey("3f9c", "a_b-c").text() == "upk_3f9c_a_b-c"


@given(st.text())
def test_anything_else_is_no_key_or_a_key_that_reads_back(text: str) -> None:
    presented = read_key(text)
    assert presented is None or presented.text() == text


@pytest.mark.parametrize("text", ["", "upk", "upk_", "upk_a", "upk_a_", "upk__b", "UPK_a_b", "a.b.c"])
def test_other_forms_are_no_keys(text: str) -> None:
    assert read_key(text) is None


def test_only_the_secret_fits_its_digest_and_only_with_the_same_pepper() -> None:
    digest = digest_of("secret", b"pepper")
    assert is_secret("secret", digest, b"pepper")
    assert not is_secret("Secret", digest, b"pepper")
    assert not is_secret("secret", digest, b"another")
    assert b"secret" not in digest


@pytest.mark.parametrize(
    ("deleted_at", "expires_at", "expected"),
    [
        (None, None, ClientStatus.ACTIVE),
        (None, AFTER, ClientStatus.ACTIVE),
        (None, NOW, ClientStatus.EXPIRED),
        (None, BEFORE, ClientStatus.EXPIRED),
        (BEFORE, AFTER, ClientStatus.REVOKED),
    ],
)
def test_the_status_of_a_client(
    deleted_at: datetime | None, expires_at: datetime | None, expected: ClientStatus
) -> None:
    assert status_of(deleted_at, expires_at, NOW) is expected


def test_nobody_grants_what_they_do_not_have() -> None:
    manager = Principal("client", "1", frozenset({"clients:write", "people:read"}))
    assert not_grantable(manager, ["people:read", "people:write", "admin"]) == ["admin", "people:write"]
    assert not_grantable(Principal("client", "2", frozenset({"admin"})), ["people:write", "act"]) == []
