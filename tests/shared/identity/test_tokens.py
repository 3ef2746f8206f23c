"""The internal token: for one audience, from a known issuer, for a minute."""

import time
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.errors import Unauthenticated
from shared.identity.keys import Keyring, load_keyring
from shared.identity.principal import Principal
from shared.identity.tokens import TokenSigner, TokenVerifier
from shared.settings import ConfigurationError

KEYS = Keyring.generate()
SOMEBODY = Principal("user", "u", frozenset({"act"}), uuid4())


def claims(**changes: object) -> dict[str, object]:
    now = int(time.time())
    base: dict[str, object] = {
        "iss": "gateway", "aud": "skills", "sub": "u", "iat": now, "exp": now + 60, "kind": "client", "scope": "",
    }  # fmt: skip
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def signed(claims: dict[str, object], key: OKPKey | None = None, kid: str = "gateway") -> str:
    return jwt.encode({"alg": "Ed25519", "kid": kid}, claims, key or KEYS.private("gateway"), algorithms=["Ed25519"])


def test_what_was_signed_is_read() -> None:
    token = TokenSigner("gateway", KEYS).token(SOMEBODY, "skills")
    assert TokenVerifier("skills", KEYS).verify(token) == SOMEBODY


def test_a_token_is_reused_per_principal_and_audience() -> None:
    signer = TokenSigner("gateway", KEYS)
    assert signer.token(SOMEBODY, "skills") == signer.token(SOMEBODY, "skills")
    assert signer.token(SOMEBODY, "skills") != signer.token(SOMEBODY, "programs")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        signed(claims(aud="programs")),
        signed(claims(exp=int(time.time()) - 60)),
        signed(claims(exp=None)),
        signed(claims(iat=None)),
        signed(claims(sub=None)),
        signed(claims(iss="enrollment")),
        signed(claims(kind=None)),
        signed(claims(), OKPKey.generate_key("Ed25519")),
        signed(claims(), kid="nobody"),
        signed(claims(iss="programs", kind="user"), KEYS.private("programs"), "programs"),  # type: ignore[arg-type]
        jwt.encode({"alg": "HS256", "kid": "gateway"}, claims(), OctKey.import_key("x" * 32)),
    ],
)
def test_everything_else_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        TokenVerifier("skills", KEYS).verify(token)


def test_the_keys_file_is_made_once_and_only_for_its_owner(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "inside" / "keys.json"
    made = load_keyring(path)
    assert load_keyring(path).to_jwks() == made.to_jwks()
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("{}")
    with pytest.raises(ConfigurationError):
        load_keyring(path)
