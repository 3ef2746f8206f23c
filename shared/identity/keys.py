"""The suite's private keys: one Ed25519 key for each part that speaks to another, ES256 for API tokens.

One file (a private JWKS, mode 0600) made at the first start, or given by UPSKILL_KEYS_FILE. Each process
uses the private key of its own name and the public half of the others.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet, OKPKey

from shared.settings import SERVICES, ConfigurationError

ISSUERS = ("gateway", *SERVICES)
API_TOKENS = "api-tokens"
CREDENTIALS = "credentials"


@dataclass(frozen=True)
class Keyring:
    """Private keys by name: each of ISSUERS, `api-tokens` (P-256) and `credentials` (Ed25519)."""

    keys: dict[str, OKPKey | ECKey]

    def private(self, name: str) -> OKPKey | ECKey:
        try:
            return self.keys[name]
        except KeyError:
            raise ConfigurationError(f"UPSKILL_KEYS_FILE: there is no key with the kid {name!r}") from None

    def secret(self, name: str) -> bytes:
        """Bytes that only holders of this private key know, for HMACs."""
        return str(self.private(name).as_dict(private=True)["d"]).encode()

    @classmethod
    def generate(cls) -> "Keyring":
        keys: dict[str, OKPKey | ECKey] = {
            name: OKPKey.generate_key("Ed25519", {"kid": name}) for name in (*ISSUERS, CREDENTIALS)
        }
        keys[API_TOKENS] = ECKey.generate_key("P-256", {"kid": API_TOKENS, "alg": "ES256", "use": "sig"})
        return cls(keys)

    def to_jwks(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=True) for key in self.keys.values()]}

    @classmethod
    def from_jwks(cls, document: Any) -> "Keyring":
        imported = KeySet.import_key_set(document)
        return cls({str(key.kid): key for key in imported.keys if isinstance(key, OKPKey | ECKey)})


def load_keyring(path: Path, *, create: bool = True) -> Keyring:
    """Read the keys file; make it when it is absent. Raises ConfigurationError when it cannot be used."""
    try:
        if create and not path.exists():
            _write_new(path, Keyring.generate())
        return Keyring.from_jwks(json.loads(path.read_text()))
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"UPSKILL_KEYS_FILE: {path} is not a readable private JWKS ({error})") from error


def _write_new(path: Path, keyring: Keyring) -> None:
    """Appears whole or not at all, and never over a file that another process has just made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(keyring.to_jwks(), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
