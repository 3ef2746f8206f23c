"""POST /oauth/token and the documents by which libraries find it."""

import base64
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey

from gateway.app import Gateway
from gateway.oauth import tokens
from tests.gateway.conftest import ADMIN_KEY

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
async def client(admin: httpx.AsyncClient) -> dict[str, Any]:
    made = await admin.post("/v1/clients", json={"title": "LMS", "scopes": ["people:read", "xapi:write"]})
    found: dict[str, Any] = made.json()
    return found


def form_of(client: dict[str, Any], **fields: str) -> dict[str, str]:
    return {**GRANT, "client_id": client["id"], "client_secret": client["api_key"], **fields}


async def test_a_token_by_basic_and_by_form(http: httpx.AsyncClient, client: dict[str, Any]) -> None:
    by_basic = await http.post("/oauth/token", auth=(client["id"], client["api_key"]), data=GRANT)
    by_form = await http.post("/oauth/token", data=form_of(client, scope="people:read"))
    for answer, scope in ((by_basic, "people:read xapi:write"), (by_form, "people:read")):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        body = answer.json()
        assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, scope)
        me = await http.get("/v1/me", headers={"Authorization": f"Bearer {body['access_token']}"})
        assert (me.json()["id"], me.json()["scopes"]) == (client["id"], scope.split())


async def test_others_can_verify_the_token_with_the_published_key(
    http: httpx.AsyncClient, client: dict[str, Any]
) -> None:
    text = (await http.post("/oauth/token", data=form_of(client))).json()["access_token"]
    published = (await http.get("/.well-known/jwks.json")).json()
    assert all("d" not in key for key in published["keys"])
    token = jwt.decode(text, KeySet.import_key_set(published), algorithms=["ES256"])
    metadata = (await http.get("/.well-known/oauth-authorization-server")).json()
    assert token.header["typ"] == "at+jwt"
    assert token.claims["iss"] == metadata["issuer"]
    assert metadata["token_endpoint"] == f"{metadata['issuer']}/oauth/token"
    assert {"iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope"} <= set(token.claims)


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"client_secret": "upk_000000000000_wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "somebody-else"}, 401, "invalid_client"),
        ({"scope": "people:read admin"}, 400, "invalid_scope"),
        ({"scope": "no-such-scope"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
    ],
)
async def test_errors_have_the_form_of_rfc_6749(
    http: httpx.AsyncClient, client: dict[str, Any], fields: dict[str, str], status: int, error: str
) -> None:
    answer = await http.post("/oauth/token", data=form_of(client, **fields))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) is (status == 401)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b"scope=people:read", "application/x-www-form-urlencoded"),
        (b"grant_type=client_credentials&grant_type=password", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % number for number in range(100)), "application/x-www-form-urlencoded"),
    ],
)
async def test_what_cannot_be_read_is_an_invalid_request(
    http: httpx.AsyncClient, content: bytes, media_type: str
) -> None:
    answer = await http.post("/oauth/token", content=content, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("shown", ["Basic !!!", "Basic bm9jb2xvbg==", "Bearer x", "Basic"])
async def test_credentials_that_cannot_be_read_are_an_invalid_client(http: httpx.AsyncClient, shown: str) -> None:
    answer = await http.post("/oauth/token", data=GRANT, headers={"Authorization": shown})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


async def test_two_ways_of_authenticating_at_once_are_refused(http: httpx.AsyncClient, client: dict[str, Any]) -> None:
    answer = await http.post("/oauth/token", auth=(client["id"], client["api_key"]), data=form_of(client))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_basic_credentials_are_form_encoded_first(http: httpx.AsyncClient, client: dict[str, Any]) -> None:
    pair = f"{quote(client['id'], safe='')}:{quote(client['api_key'], safe='')}"
    shown = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    assert (await http.post("/oauth/token", data=GRANT, headers=shown)).status_code == 200


async def test_an_expired_token_is_refused(
    http: httpx.AsyncClient, client: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "LIFETIME_SECONDS", -60)
    text = (await http.post("/oauth/token", data=form_of(client))).json()["access_token"]
    assert (await http.get("/v1/me", headers={"Authorization": f"Bearer {text}"})).status_code == 401


async def test_a_forged_token_is_refused(gateway: Gateway, http: httpx.AsyncClient, client: dict[str, Any]) -> None:
    text = (await http.post("/oauth/token", data=form_of(client))).json()["access_token"]
    head, body, signature = text.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    public = gateway.desk.state.access_tokens.public_keys()["keys"][0]

    claims = jwt.decode(text, KeySet.import_key_set({"keys": [public]}), algorithms=["ES256"]).claims
    with_public_key = jwt.encode(
        {"alg": "HS256", "typ": "at+jwt"}, claims, OctKey.import_key(str(public).ljust(64).encode())
    )
    for forged in (f"{head}.{body}.{signature[:-4]}AAAA", f"{none}.{body}.", with_public_key, f"{head}.{body}.x"):
        answer = await http.get("/v1/me", headers={"Authorization": f"Bearer {forged}"})
        assert answer.status_code == 401


async def test_the_administrators_key_is_no_client_secret(http: httpx.AsyncClient) -> None:
    answer = await http.post("/oauth/token", auth=("administrator", ADMIN_KEY), data=GRANT)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
