"""Signed badges, judged by openbadgeslib: another implementation, which finds the key in the DID document."""

import base64
import hashlib
import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from services.enrollment.credentials.proofs import (
    SigningKey,
    base58,
    did_document,
    load_pinned_context,
    sign_jwt,
    sign_linked_data,
)
from services.enrollment.credentials.rules import Award, AwardedSkill, Issuer, build_credential, did_web

ISSUER = Issuer("http://127.0.0.1:8000")
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), ISSUER.did)
AWARDED = datetime(2026, 1, 23, 10, 0, tzinfo=UTC)
AWARD = Award(
    credential_id=UUID(int=1),
    person_id=UUID(int=2),
    program_id=UUID(int=3),
    program_title="Four weeks in marketing",
    program_description="Work beside the marketing team",
    program_format="cross_training",
    hours=24.0,
    skills=(
        AwardedSkill(UUID(int=7), "https://shop.example/skills/social-media", "Market on social media", 3.0),
        AwardedSkill(UUID(int=8), "https://shop.example/skills/größe", "Größen „kennen“", None),
    ),
    awarded_at=AWARDED,
)


PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])


def download(url: str) -> bytes:
    """The web as the verifier sees it: one DID document."""
    assert url == "https://127.0.0.1:8000/.well-known/did.json"
    return json.dumps(did_document(KEY)).encode()


def signed(award: Award = AWARD) -> dict[str, Any]:
    return sign_linked_data(build_credential(award, ISSUER), KEY, AWARDED)


def test_the_linked_data_form_verifies() -> None:
    credential = OB3LdpVerifier.for_issuer_did(ISSUER.did).verify(json.dumps(signed()), download=download)
    assert credential.issuer.id == "did:web:127.0.0.1%3A8000"
    assert credential.recipient_id == f"urn:uuid:{UUID(int=2)}"


@settings(max_examples=15, deadline=None)
@given(
    title=st.text(PRINTABLE, min_size=1).filter(str.strip),
    uri=st.text(st.characters(codec="utf-8"), min_size=1),
)
def test_any_title_and_any_uri_verify(title: str, uri: str) -> None:
    award = replace(AWARD, program_title=title, skills=(replace(AWARD.skills[0], uri=uri),))
    OB3LdpVerifier.for_issuer_did(ISSUER.did).verify(json.dumps(signed(award)), download=download)


@pytest.mark.parametrize(
    "bend",
    [
        lambda c: c["credentialSubject"]["achievement"].update(name="Ten years in marketing"),
        lambda c: c["credentialSubject"].update(id=f"urn:uuid:{UUID(int=9)}"),
        lambda c: c["credentialSubject"]["result"][0].update(value="5"),
        lambda c: c.update(validFrom="2020-01-01T00:00:00Z"),
        lambda c: c["proof"].update(created="2020-01-01T00:00:00Z"),
        lambda c: c["proof"].update(proofValue="z" + base58(bytes(64))),
    ],
)
def test_a_bent_badge_is_refused(bend: Any) -> None:
    credential = deepcopy(signed())
    bend(credential)
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier.for_issuer_did(ISSUER.did).verify(json.dumps(credential), download=download)


def test_the_jwt_form_verifies() -> None:
    token = sign_jwt(build_credential(AWARD, ISSUER), KEY, AWARDED)
    credential = OB3Verifier.for_issuer_did(ISSUER.did, download=download).verify(token)
    assert credential.recipient_id == f"urn:uuid:{UUID(int=2)}"


def test_the_jwt_payload_is_the_badge_with_registered_claims() -> None:
    credential = build_credential(AWARD, ISSUER)
    payload = sign_jwt(credential, KEY, AWARDED).split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims == {
        **credential,
        "iss": ISSUER.did,
        "sub": f"urn:uuid:{UUID(int=2)}",
        "jti": f"http://127.0.0.1:8000/v1/credentials/{UUID(int=1)}",
        "nbf": 1769162400,
    }


def test_a_bent_jwt_is_refused() -> None:
    header, _, signature = sign_jwt(build_credential(AWARD, ISSUER), KEY, AWARDED).split(".")
    claims = build_credential(replace(AWARD, program_title="Other"), ISSUER)
    other = sign_jwt(claims, KEY, AWARDED).split(".")[1]
    with pytest.raises(OB3VerificationError):
        OB3Verifier.for_issuer_did(ISSUER.did, download=download).verify(f"{header}.{other}.{signature}")


def test_another_installations_key_is_refused() -> None:
    stranger = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)), ISSUER.did)
    forged = sign_linked_data(build_credential(AWARD, ISSUER), stranger, AWARDED)
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier.for_issuer_did(ISSUER.did).verify(json.dumps(forged), download=download)


def test_signing_twice_gives_the_same_bytes() -> None:
    assert signed() == signed()


def test_signing_leaves_the_claims_as_they_were() -> None:
    claims = build_credential(AWARD, ISSUER)
    sign_linked_data(claims, KEY, AWARDED)
    assert claims == build_credential(AWARD, ISSUER)


def test_the_did_document_names_the_key_that_signs() -> None:
    document = did_document(KEY)
    (method,) = document["verificationMethod"]
    assert document["id"] == method["controller"] == did_web("http://127.0.0.1:8000")
    assert document["assertionMethod"] == [method["id"]]
    assert signed()["proof"]["verificationMethod"] == method["id"]
    assert method["publicKeyMultibase"].startswith("z6Mk")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),  # draft-msporny-base58, test vectors
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
    ],
)
def test_base58(data: bytes, text: str) -> None:
    assert base58(data) == text


@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
        ("open-badges-3.0.3.json", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
    ],
)
def test_the_shipped_contexts_are_the_published_ones(name: str, sha256: str) -> None:
    content = resources.files("services.enrollment.credentials").joinpath("contexts", name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256


def test_no_other_context_is_ever_loaded() -> None:
    with pytest.raises(KeyError):
        load_pinned_context("https://www.w3.org/2018/credentials/v1")
