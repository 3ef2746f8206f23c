"""Signs credentials with an Ed25519 key, in the two forms of Open Badges 3.0.

- `sign_linked_data`: a Data Integrity proof, eddsa-rdfc-2022 (W3C, Data Integrity EdDSA Cryptosuites v1.0).
- `sign_jwt`: a VC-JWT (Open Badges 3.0, section 8.2).

Ed25519 is deterministic: the same claims and the same `created` give the same bytes, so nothing signed
is stored.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyld import jsonld  # type: ignore[import-untyped]  # ships no types

from services.enrollment.credentials.rules import CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT, rfc3339

_CONTEXT_FILES = {
    CREDENTIALS_CONTEXT: "credentials-v2.json",
    OPEN_BADGES_CONTEXT: "open-badges-3.0.3.json",
}
_ED25519_MULTICODEC = b"\xed\x01"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True)
class SigningKey:
    """The installation's key, and the DID that answers for it."""

    private: Ed25519PrivateKey
    did: str

    @property
    def multibase(self) -> str:
        return public_key_multibase(self.private.public_key())

    @property
    def verification_method(self) -> str:
        """The fragment is the public key itself, so a rotated key never shares a name with its successor."""
        return f"{self.did}#{self.multibase}"


def sign_linked_data(credential: dict[str, Any], key: SigningKey, created: datetime) -> dict[str, Any]:
    """The credential with its `proof`. The credential must use only the two pinned contexts."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": rfc3339(created),
        "verificationMethod": key.verification_method,
        "proofPurpose": "assertionMethod",
    }
    # The options are read in the document's contexts, and their digest comes before the document's.
    options = {**proof, "@context": credential["@context"]}
    digest = _rdf_digest(options) + _rdf_digest(credential)
    return {**credential, "proof": {**proof, "proofValue": "z" + base58(key.private.sign(digest))}}


def sign_jwt(credential: dict[str, Any], key: SigningKey, not_before: datetime) -> str:
    """The credential as a compact JWS whose payload is the credential itself plus iss, sub, jti and nbf.

    The algorithm is named `EdDSA`; RFC 9864 renames it to `Ed25519`, which badge verifiers hardly know yet.
    """
    header = {"alg": "EdDSA", "typ": "JWT", "kid": key.verification_method}
    claims = {
        **credential,
        "iss": key.did,
        "sub": credential["credentialSubject"]["id"],
        "jti": credential["id"],
        "nbf": int(not_before.timestamp()),
    }
    signed = f"{_base64url(_compact(header))}.{_base64url(_compact(claims))}"
    return f"{signed}.{_base64url(key.private.sign(signed.encode()))}"


def did_document(key: SigningKey) -> dict[str, Any]:
    """What `/.well-known/did.json` answers: the DID, its one key, and that the key may make assertions."""
    method = key.verification_method
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": key.did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": key.did, "publicKeyMultibase": key.multibase}
        ],
        "assertionMethod": [method],
    }


def public_key_multibase(public: Ed25519PublicKey) -> str:
    """A public key as a Multikey: `z`, then base58btc of the multicodec prefix and the 32 bytes."""
    return "z" + base58(_ED25519_MULTICODEC + public.public_bytes_raw())


def base58(data: bytes) -> str:
    """Bitcoin's base58: leading zero bytes are ones."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def _rdf_digest(document: dict[str, Any]) -> bytes:
    quads = jsonld.normalize(
        document,
        {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load_pinned_context},
    )
    return hashlib.sha256(quads.encode()).digest()


def load_pinned_context(url: str, _options: object = None) -> dict[str, Any]:
    """PyLD's document loader over the files beside this module. Raises KeyError for any other address."""
    return {"contextUrl": None, "documentUrl": url, "document": _context(url), "tag": "static"}


@cache
def _context(url: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath("contexts", _CONTEXT_FILES[url]).read_text("utf-8")
    context: dict[str, Any] = json.loads(text)
    return context


def _compact(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
