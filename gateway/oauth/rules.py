"""How a client shows who it is at the token endpoint, and which scopes it gets: pure decisions."""

import base64
import binascii
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote_plus

from gateway.oauth.errors import InvalidClient, OAuthError

GRANT_TYPE = "client_credentials"


class Credentials(NamedTuple):
    client_id: str
    client_secret: str


def read_credentials(authorization: str | None, form: Mapping[str, str]) -> Credentials:
    """By HTTP Basic or by form fields, not by both (RFC 6749 section 2.3). Raises OAuthError."""
    if authorization is not None:
        if "client_secret" in form:
            raise OAuthError("invalid_request", "Authenticate by the header or by the form, not by both.")
        credentials = _read_basic(authorization)
        if form.get("client_id", credentials.client_id) != credentials.client_id:
            raise OAuthError("invalid_request", "The header and the form name different clients.")
        return credentials
    if "client_id" not in form or "client_secret" not in form:
        raise InvalidClient
    return Credentials(form["client_id"], form["client_secret"])


def _read_basic(authorization: str) -> Credentials:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidClient from error
    client_id, separator, secret = decoded.partition(":")
    if not separator:
        raise InvalidClient
    return Credentials(unquote_plus(client_id), unquote_plus(secret))


def granted_scopes(wanted: str | None, allowed: frozenset[str]) -> frozenset[str]:
    """The scopes asked for, or all that the client has. Raises OAuthError for one it does not have."""
    if wanted is None or not wanted.strip():
        return allowed
    scopes = frozenset(wanted.split())
    if not scopes <= allowed:
        raise OAuthError("invalid_scope", f"Not granted: {' '.join(sorted(scopes - allowed))}.")
    return scopes
