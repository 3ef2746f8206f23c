"""What an API key looks like, when it is good, and who may hand out what: pure decisions."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.identity.principal import Principal

PREFIX = "upk"
MAX_LIVE_KEYS = 2
"""Two, so that a key can be replaced without a moment in which none works."""


class PresentedKey(NamedTuple):
    """The two parts of `upk_<id>_<secret>`."""

    id: str
    secret: str

    def text(self) -> str:
        return f"{PREFIX}_{self.id}_{self.secret}"


class ClientStatus(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


def read_key(text: str) -> PresentedKey | None:
    """The parts of a key as a caller presents it, or None when it has another form."""
    prefix, _, rest = text.partition("_")
    key_id, _, secret = rest.partition("_")
    return PresentedKey(key_id, secret) if prefix == PREFIX and key_id and secret else None


def digest_of(secret: str, pepper: bytes) -> bytes:
    """HMAC-SHA-256 of the secret: worthless to a thief of the database who lacks `pepper`."""
    return hmac.new(pepper, secret.encode("utf-8", "surrogateescape"), hashlib.sha256).digest()


def is_secret(secret: str, digest: bytes, pepper: bytes) -> bool:
    """Whether this is the secret behind `digest`, in a time that tells nothing about either."""
    return hmac.compare_digest(digest_of(secret, pepper), digest)


def status_of(deleted_at: datetime | None, expires_at: datetime | None, now: datetime) -> ClientStatus:
    if deleted_at is not None:
        return ClientStatus.REVOKED
    return ClientStatus.EXPIRED if has_passed(expires_at, now) else ClientStatus.ACTIVE


def has_passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def not_grantable(by: Principal, scopes: Iterable[str]) -> list[str]:
    """Those of `scopes` that `by` cannot hand out: nobody gives what they do not have themselves."""
    return sorted(scope for scope in set(scopes) if not by.has(scope))
