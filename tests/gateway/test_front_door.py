"""What happens to a request at the front door, whichever service it is for."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.app import Gateway
from tests.conftest import DatabaseKind
from tests.gateway.conftest import ADMIN, ADMIN_KEY, StartGateway, open_http


@pytest.fixture
def database_kind() -> DatabaseKind:
    """No policy of the front door reads more of the database than a client's key: one kind is enough here."""
    return "sqlite"


async def test_a_request_reaches_the_owner_of_its_path_with_the_gateways_word_for_who_calls(
    admin: httpx.AsyncClient,
) -> None:
    seen = (await admin.get("/v1/programs/echo?a=1&b=%C3%A9")).json()
    assert (seen["service"], seen["query"]) == ("programs", "a=1&b=%C3%A9")
    assert (seen["principal"]["kind"], seen["principal"]["id"]) == ("client", "administrator")


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Basic dXNlcjpwYXNz", "Bearer nonsense", "Bearer upk_000000000000_wrong"]
)
async def test_nobody_passes_who_has_not_shown_who_they_are(http: httpx.AsyncClient, shown: str) -> None:
    answer = await http.get("/v1/skills/echo", headers={"Authorization": shown} if shown else {})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert ADMIN_KEY not in answer.text


async def test_401_is_answered_before_the_body_is_read(http: httpx.AsyncClient) -> None:
    read = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"{}"

    answer = await http.post("/v1/skills/echo", content=body())
    assert answer.status_code == 401
    assert not read


async def test_nothing_inside_can_be_forged_from_outside(admin: httpx.AsyncClient) -> None:
    forged = {
        "X-Upskill-Principal": "service:skills",
        "x-upskill-caller-authorization": "Basic Zm9v",
        "X_Upskill_Token": "1",
        "Cookie": "session=1",
        "X-Forwarded-For": "10.0.0.1",
        "Forwarded": "for=10.0.0.1",
        "X-Original-URL": "/internal/secrets",
        "X-HTTP-Method-Override": "DELETE",
        "Connection": "close, X-Private",
        "X-Private": "for this connection only",
        "traceparent": "not a traceparent",
    }
    seen = (await admin.get("/v1/skills/echo", headers=forged)).json()
    names = {name for name, _ in seen["headers"]}
    assert names.isdisjoint(name.lower() for name in forged)
    assert ADMIN_KEY not in json.dumps(seen["headers"])


async def test_the_internal_token_is_good_for_one_service_only(gateway: Gateway, admin: httpx.AsyncClient) -> None:
    seen = dict((await admin.get("/v1/skills/echo")).json()["headers"])
    other = gateway.upstreams.apps["programs"]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://programs") as inside:
        answer = await inside.get("/v1/programs/echo", headers={"Authorization": seen["authorization"]})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/internal/secrets",
        "/v1/skills/../../internal/secrets",
        "/v1/skills/%2e%2e/%2e%2e/internal/secrets",
        "/v1/skills/..%5c..%5cinternal%5csecrets",
        "//internal/secrets",
        "/v1/unknown",
        "/v1",
    ],
)
async def test_what_no_route_covers_is_404_for_everybody(gateway: Gateway, path: str) -> None:
    for headers in (ADMIN, {}):
        async with open_http(gateway, headers) as client:
            answer = await client.get(f"http://gateway{path}")
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:upskill:problem:not-found"


async def test_a_request_id_goes_in_and_out(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/v1/skills/echo", headers={"X-Request-Id": "from-the-caller-1"})
    assert answer.headers["x-request-id"] == "from-the-caller-1"
    assert dict(answer.json()["headers"])["x-request-id"] == "from-the-caller-1"


@pytest.mark.parametrize("bad", ["two words", "x" * 200, "new\tline", '"quoted"'])
async def test_a_request_id_that_could_spoil_a_log_is_replaced(admin: httpx.AsyncClient, bad: str) -> None:
    answer = await admin.get("/v1/skills/echo", headers={"X-Request-Id": bad})
    assert answer.headers.get_list("x-request-id") != [bad]
    assert dict(answer.json()["headers"])["x-request-id"] == answer.headers["x-request-id"]


async def test_a_trace_is_passed_on(admin: httpx.AsyncClient) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    seen = (await admin.get("/v1/skills/echo", headers={"traceparent": trace})).json()
    assert dict(seen["headers"])["traceparent"] == trace


async def test_headers_of_one_connection_stay_there(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/v1/skills/odd-headers")
    assert answer.headers["etag"] == '"7"'
    assert {"connection", "keep-alive", "x-upskill-inside"}.isdisjoint(answer.headers)
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_unforeseen_error_tells_nothing_but_the_request_id(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/v1/skills/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text


async def test_head_answers_like_get(admin: httpx.AsyncClient) -> None:
    assert (await admin.head("/v1/me")).status_code == 200


async def test_405_names_every_method_of_the_path(admin: httpx.AsyncClient) -> None:
    answer = await admin.put("/v1/clients/0198c0de-0000-7000-8000-000000000000")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, PATCH"
    assert answer.json()["type"] == "urn:upskill:problem:method-not-allowed"


async def test_a_body_over_a_mebibyte_is_413_and_never_reaches_the_service(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/v1/skills/echo", content=b"x" * (20 * 1024 * 1024))
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:upskill:problem:too-large"
    assert (await admin.post("/v1/skills/echo", content=b"x" * 1024 * 1024)).json()["body_bytes"] == 1024 * 1024


async def test_a_body_of_unknown_length_is_counted_while_it_comes(admin: httpx.AsyncClient) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 65536
            yield b"x" * 65536

    answer = await admin.post("/v1/skills/echo", content=body())
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "bad", [b'{"title": NaN, "scopes": []}', b'{"title": "a", "title": "b"}', b'{"title": "\x00"}']
)
async def test_json_that_two_readers_could_understand_differently_is_refused(
    admin: httpx.AsyncClient, bad: bytes
) -> None:
    answer = await admin.post("/v1/clients", content=bad, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:upskill:problem:bad-request"


async def test_deep_nesting_is_refused(admin: httpx.AsyncClient) -> None:
    deep = b'{"scopes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = await admin.post("/v1/clients", content=deep, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


async def test_cross_origin_calls_are_refused_by_default_and_allowed_where_the_operator_says(
    start_gateway: StartGateway,
) -> None:
    portal = {"Origin": "https://portal.example", "Access-Control-Request-Method": "GET"}
    async with open_http(await start_gateway()) as client:
        assert "access-control-allow-origin" not in (await client.options("/v1/me", headers=portal)).headers
    async with open_http(await start_gateway(cors_origins=("https://portal.example",))) as client:
        answer = await client.options("/v1/me", headers=portal)
        assert answer.headers["access-control-allow-origin"] == "https://portal.example"
        stranger = await client.options("/v1/me", headers={**portal, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in stranger.headers
