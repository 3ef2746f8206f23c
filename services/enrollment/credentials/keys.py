"""The key that signs badges: a file of its own, or the one named `credentials` in the suite's keys file."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.identity.keys import CREDENTIALS, Keyring
from shared.settings import ConfigurationError, Settings


def load_signing_key(settings: Settings, keyring: Keyring) -> Ed25519PrivateKey:
    """The private Ed25519 key. Raises ConfigurationError with one line when it cannot be used."""
    path = settings.signing_key_file
    if path is None:
        return _ed25519(keyring.private(CREDENTIALS), "UPSKILL_KEYS_FILE: the key 'credentials'")
    try:
        key = OKPKey.import_key(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError, KeyError, JoseError) as error:
        raise ConfigurationError(f"UPSKILL_SIGNING_KEY_FILE: {path} is not a readable JWK ({error})") from error
    return _ed25519(key, f"UPSKILL_SIGNING_KEY_FILE: {path}")


def _ed25519(key: object, name: str) -> Ed25519PrivateKey:
    if isinstance(key, OKPKey) and isinstance(key.raw_value, Ed25519PrivateKey):
        return key.raw_value
    raise ConfigurationError(f"{name} is not a private Ed25519 key")
