"""Badges: who sees them, in which forms, and how they are taken back."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import OKPKey
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier

from services.enrollment.app import create_app
from shared.clients.transports import EmbeddedTransports
from shared.identity.principal import Principal
from shared.settings import ConfigurationError
from tests.harness import ADMIN, KEYRING, SettingsForTests, client_with, user
from tests.services.enrollment.shop import Shop

ANYBODY = Principal("client", "anonymous")
REASON = {"reason": "Issued to the wrong person"}


async def badge_of(shop: Shop, person: UUID) -> str:
    """The path of the badge of somebody who has completed the program."""
    return f"/v1/credentials/{(await shop.completed(person))['credential_id']}"


def people(shop: Shop) -> dict[str, Principal | None]:
    return {
        "administrator's client": ADMIN,
        "reading client": client_with("enrollments:read"),
        "writing client": client_with("enrollments:write"),
        "client of another matter": client_with("skills:read"),
        "the person": user(shop.mia),
        "their leader": user(shop.lea),
        "their leader's leader": user(shop.anna),
        "a colleague": user(shop.tom),
        "a stranger": user(shop.rita),
        "an account that is nobody's": Principal("user", "lost"),
        "nobody": None,
    }


@pytest.mark.parametrize(
    ("who", "reads", "lists", "revokes"),
    [
        ("administrator's client", 200, 200, 200),
        ("reading client", 200, 200, 403),
        ("writing client", 403, 403, 200),
        ("client of another matter", 403, 403, 403),
        ("the person", 200, 200, 403),
        ("their leader", 200, 200, 403),
        ("their leader's leader", 200, 200, 403),
        ("a colleague", 404, 422, 403),
        ("a stranger", 404, 422, 403),
        ("an account that is nobody's", 404, 422, 403),
        ("nobody", 401, 401, 401),
    ],
)
async def test_who_may_do_what(shop: Shop, who: str, reads: int, lists: int, revokes: int) -> None:
    path, caller = await badge_of(shop, shop.mia), people(shop)[who]
    assert (await shop.service.get(path, caller=caller)).status_code == reads
    listed = await shop.service.get(f"/v1/credentials?person_id={shop.mia}", caller=caller)
    assert listed.status_code == lists
    assert (await shop.service.post(f"{path}/revoke", REASON, caller=caller)).status_code == revokes


async def test_a_foreign_badge_answers_as_a_missing_one(shop: Shop) -> None:
    path, nowhere = await badge_of(shop, shop.mia), f"/v1/credentials/{uuid4()}"
    foreign = (await shop.service.get(path, caller=user(shop.rita))).json()
    missing = (await shop.service.get(nowhere, caller=user(shop.rita))).json()
    assert foreign.pop("detail") == f"There is no credential {path.rpartition('/')[2]}."
    assert missing.pop("detail") == f"There is no credential {nowhere.rpartition('/')[2]}."
    assert foreign.pop("request_id") != missing.pop("request_id")
    assert foreign == missing


async def test_without_a_person_users_list_their_own(shop: Shop) -> None:
    await shop.completed(shop.mia)
    await shop.completed(shop.tom)
    everybody = (await shop.service.get("/v1/credentials")).json()["data"]
    by_id = await shop.service.get("/v1/credentials", params={"ids": everybody[0]["id"]})
    assert by_id.json()["data"] == everybody[:1]
    mine = (await shop.service.get("/v1/credentials", caller=user(shop.mia))).json()["data"]
    nobodys = await shop.service.get("/v1/credentials", caller=Principal("user", "lost"))
    assert [badge["person_id"] for badge in everybody] == [str(shop.mia), str(shop.tom)]
    assert [badge["person_id"] for badge in mine] == [str(shop.mia)]
    assert nobodys.json()["type"] == "urn:upskill:problem:not-a-person"


async def test_lists_narrow_and_go_on(shop: Shop) -> None:
    for person in (shop.mia, shop.tom, *shop.staff(3)):
        await shop.completed(person)
    first = (await shop.service.get("/v1/credentials?limit=3")).json()
    rest = (await shop.service.get(f"/v1/credentials?limit=3&cursor={first['next_cursor']}")).json()
    assert [len(first["data"]), len(rest["data"]), rest["next_cursor"]] == [3, 2, None]
    of_mia = (await shop.service.get("/v1/credentials?person_id=hris:mia")).json()["data"]
    assert [badge["person_id"] for badge in of_mia] == [str(shop.mia)]
    assert (await shop.service.get(f"/v1/credentials?program_id={uuid4()}")).json()["data"] == []


async def test_the_badge_verifies_by_the_did_document(shop: Shop) -> None:
    path = await badge_of(shop, shop.mia)
    documents: list[bytes] = [(await shop.service.get("/.well-known/did.json", caller=ANYBODY)).content]
    issuer = json.loads(documents[0])["id"]
    linked = await shop.service.get(path)
    token = await shop.service.get(path, headers={"Accept": "application/vc+jwt"})
    assert linked.headers["content-type"] == "application/vc+ld+json"
    assert token.headers["content-type"] == "application/vc+jwt"
    assert issuer == "did:web:127.0.0.1%3A8000"
    for_mia = f"urn:uuid:{shop.mia}"
    by_proof = OB3LdpVerifier.for_issuer_did(issuer).verify(linked.content, download=lambda _: documents[0])
    by_jwt = OB3Verifier.for_issuer_did(issuer, download=lambda _: documents[0]).verify(token.text)
    assert (by_proof.recipient_id, by_jwt.recipient_id) == (for_mia, for_mia)


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        ("*/*", "application/vc+ld+json"),
        ("application/json", "application/vc+ld+json"),
        ("application/vc+ld+json, application/vc+jwt;q=0.5", "application/vc+ld+json"),
        ("application/vc+jwt, */*;q=0.1", "application/vc+jwt"),
        ("text/html, application/vc+jwt;q=0.5", "application/vc+jwt"),
        ("text/html", None),
        ("application/vc+jwt;q=0", None),
    ],
)
async def test_the_form_is_the_one_that_is_liked_best(shop: Shop, accept: str, answer: str | None) -> None:
    found = await shop.service.get(await badge_of(shop, shop.mia), headers={"Accept": accept})
    if answer is None:
        assert (found.status_code, found.json()["type"]) == (406, "urn:upskill:problem:not-acceptable")
    else:
        assert (found.status_code, found.headers["content-type"]) == (200, answer)
        assert found.headers["vary"] == "Accept"


async def test_each_form_has_its_own_etag(shop: Shop) -> None:
    path = await badge_of(shop, shop.mia)
    linked = await shop.service.get(path)
    token = await shop.service.get(path, headers={"Accept": "application/vc+jwt"})
    assert linked.headers["etag"] != token.headers["etag"]
    again = await shop.service.get(path, headers={"If-None-Match": linked.headers["etag"]})
    assert again.status_code == 304


async def test_a_badge_says_what_was_reached_and_no_names(shop: Shop) -> None:
    results = [{"skill_id": str(shop.marketing), "level": 2}]
    completed = await shop.completed(shop.mia, results=results)
    badge = (await shop.service.get(f"/v1/credentials/{completed['credential_id']}")).json()
    subject = badge["credentialSubject"]
    assert subject["result"][0]["value"] == "2"
    assert subject["achievement"]["alignment"][0]["targetUrl"] == "https://shop.example/marketing"
    assert badge["validFrom"] == "2026-11-23T10:00:00Z"
    assert "mia" not in json.dumps(badge)


async def test_a_revoked_badge_is_gone_for_good(shop: Shop) -> None:
    path = await badge_of(shop, shop.mia)
    acting = {**REASON, "acting_person_id": str(shop.lea)}
    revoked = await shop.service.post(f"{path}/revoke", acting)
    assert revoked.json()["revoked_reason"] == "Issued to the wrong person"
    assert revoked.json()["revoked_by_id"] == str(shop.lea)
    assert revoked.headers["etag"] == '"2"'
    gone = await shop.service.get(path)
    assert (gone.status_code, gone.json()["type"]) == (404, "urn:upskill:problem:credential-revoked")
    foreign = await shop.service.get(path, caller=user(shop.rita))
    assert (foreign.status_code, foreign.json()["type"]) == (404, "urn:upskill:problem:not-found")
    again = await shop.service.post(f"{path}/revoke", REASON)
    assert (again.status_code, again.json()["type"]) == (409, "urn:upskill:problem:already-revoked")
    listed = (await shop.service.get("/v1/credentials")).json()["data"]
    assert [badge["revoked_at"] for badge in listed] == ["2026-11-23T10:00:00Z"]
    told = [kind for kind, _ in await shop.facts() if kind.startswith("enrollment.credential")]
    assert told == ["enrollment.credential.issued.v1", "enrollment.credential.revoked.v1"]


async def test_two_revocations_at_once_are_one(shop: Shop) -> None:
    path = await badge_of(shop, shop.mia)
    answers = await asyncio.gather(*(shop.service.post(f"{path}/revoke", REASON) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": 7}, {"reason": "x", "colour": "red"}, {"reason": "x\u0000"}]
)
async def test_a_revocation_needs_its_reason(shop: Shop, body: dict[str, Any]) -> None:
    path = await badge_of(shop, shop.mia)
    assert (await shop.service.post(f"{path}/revoke", body)).status_code in (400, 422)
    assert (await shop.service.get(path)).status_code == 200


async def test_the_key_of_a_wrong_kind_stops_the_start(shop: Shop, tmp_path: Any) -> None:
    transports = EmbeddedTransports({"skills": shop.skills.app, "programs": shop.programs.app})
    public_half = json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False))
    for content in ('{"kty": "oct", "k": "AAAA"}', "{}", "[]", "no JSON", public_half):
        (tmp_path / "key.json").write_text(content)
        settings = SettingsForTests(
            urls={"enrollment": shop.service.app.state.settings.urls["enrollment"]},
            signing_key_file=tmp_path / "key.json",
        )
        app = create_app(settings, KEYRING, transports)
        with pytest.raises(ConfigurationError, match="UPSKILL_SIGNING_KEY_FILE"):
            async with app.router.lifespan_context(app):
                raise AssertionError("it started")
