"""/v1/clients by identity and outcome."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateway.app import Gateway
from gateway.identity import authenticator
from tests.gateway.conftest import StartGateway, open_http

NOW = datetime(2026, 11, 23, tzinfo=UTC)
UNKNOWN = "0198c0de-0000-7000-8000-000000000000"


async def make(admin: httpx.AsyncClient, *scopes: str, **fields: Any) -> dict[str, Any]:
    answer = await admin.post("/v1/clients", json={"title": "HRIS", "scopes": list(scopes), **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def bearer(client: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {client['api_key']}"}


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the seconds for which credentials are remembered had passed between any two requests."""
    monkeypatch.setattr(authenticator, "REMEMBERED_SECONDS", -1.0)


async def test_a_new_client_gets_a_key_that_works_and_is_shown_once(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/v1/clients", json={"title": "HRIS", "scopes": ["people:read", "people:write"]})
    made = answer.json()
    assert answer.headers["location"] == f"/v1/clients/{made['id']}"
    assert answer.headers["cache-control"] == "no-store"
    me = (await admin.get("/v1/me", headers=bearer(made))).json()
    assert (me["kind"], me["id"], me["scopes"]) == ("client", made["id"], ["people:read", "people:write"])
    assert (me["is_administrator"], me["may_act_for_others"]) == (False, False)
    again = await admin.get(f"/v1/clients/{made['id']}")
    assert "api_key" not in again.json()
    assert made["api_key"] not in again.text
    assert again.headers["etag"] == '"1"'


async def test_the_secret_is_nowhere_in_the_database(gateway: Gateway, admin: httpx.AsyncClient) -> None:
    made = await make(admin)
    await admin.post("/v1/clients", json={"title": "b", "scopes": []}, headers={"Idempotency-Key": "k1"})
    secret = made["api_key"].split("_", 2)[2]
    database = gateway.desk.state.database
    async with database.reading() as session:
        for table in database.metadata.sorted_tables:
            rows = (await session.execute(table.select())).all()
            assert secret not in repr(rows)
            assert table.name != "replays" or not rows


async def test_who_may_not_manage_clients_is_told_so(admin: httpx.AsyncClient) -> None:
    reader = bearer(await make(admin, "people:read", "skills:read"))
    calls = [
        admin.get("/v1/clients", headers=reader),
        admin.post("/v1/clients", headers=reader, json={"title": "x", "scopes": []}),
        admin.get(f"/v1/clients/{UNKNOWN}", headers=reader),
        admin.patch(f"/v1/clients/{UNKNOWN}", headers={**reader, "If-Match": '"1"'}, json={}),
        admin.delete(f"/v1/clients/{UNKNOWN}", headers={**reader, "If-Match": '"1"'}),
        admin.post(f"/v1/clients/{UNKNOWN}/keys", headers=reader, json={}),
        admin.delete(f"/v1/clients/{UNKNOWN}/keys/abc", headers=reader),
    ]
    for call in calls:
        assert (await call).status_code == 403


async def test_nobody_grants_or_touches_more_than_they_have(admin: httpx.AsyncClient) -> None:
    manager = bearer(await make(admin, "clients:write", "people:read"))
    stronger = await make(admin, "people:write")
    for attempt in (
        await admin.post("/v1/clients", headers=manager, json={"title": "x", "scopes": ["people:write"]}),
        await admin.post("/v1/clients", headers=manager, json={"title": "x", "scopes": ["admin"]}),
        await admin.post(f"/v1/clients/{stronger['id']}/keys", headers=manager, json={}),
        await admin.patch(
            f"/v1/clients/{stronger['id']}", headers={**manager, "If-Match": '"1"'}, json={"title": "mine"}
        ),
    ):
        assert attempt.status_code == 403
        assert attempt.json()["type"] == "urn:upskill:problem:scope-not-grantable"
    granted = await admin.post("/v1/clients", headers=manager, json={"title": "x", "scopes": ["people:read"]})
    assert granted.status_code == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": "x", "scopes": ["everything"]}, "/scopes/0"),
        ({"title": "", "scopes": []}, "/title"),
        ({"title": "x", "scopes": [], "surprise": 1}, "/surprise"),
        ({"title": "x", "scopes": [], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"title": "x", "scopes": [], "expires_at": "2030-01-01T00:00:00"}, "/expires_at"),
        ({"title": "x", "scopes": [], "requests_per_minute": 0}, "/requests_per_minute"),
        ({"scopes": []}, "/title"),
    ],
)
async def test_what_is_wrong_with_a_body_is_named(admin: httpx.AsyncClient, body: dict[str, Any], pointer: str) -> None:
    answer = await admin.post("/v1/clients", json=body)
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


async def test_a_change_needs_the_version_that_was_read(admin: httpx.AsyncClient) -> None:
    path = f"/v1/clients/{(await make(admin, 'people:read'))['id']}"
    assert (await admin.patch(path, json={"title": "New"})).status_code == 428
    changed = await admin.patch(path, json={"title": "New"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["title"], changed.headers["etag"]) == (200, "New", '"2"')
    assert changed.json()["scopes"] == ["people:read"]
    assert (await admin.patch(path, json={"title": "Old"}, headers={"If-Match": '"1"'})).status_code == 412
    unknown = await admin.patch(f"/v1/clients/{UNKNOWN}", json={}, headers={"If-Match": '"1"'})
    assert unknown.status_code == 404


@pytest.mark.usefixtures("forgetful")
async def test_a_change_of_scopes_reaches_the_key(admin: httpx.AsyncClient) -> None:
    made = await make(admin, "people:read", "people:write")
    await admin.patch(f"/v1/clients/{made['id']}", json={"scopes": ["people:read"]}, headers={"If-Match": '"1"'})
    assert (await admin.get("/v1/me", headers=bearer(made))).json()["scopes"] == ["people:read"]


@pytest.mark.usefixtures("forgetful")
async def test_a_revoked_client_is_refused_and_stays_visible_in_delta_sync(admin: httpx.AsyncClient) -> None:
    made = await make(admin, "people:read")
    token = (await admin.post("/oauth/token", auth=(made["id"], made["api_key"]), data=GRANT)).json()["access_token"]
    assert (await admin.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 200
    gone = await admin.delete(f"/v1/clients/{made['id']}", headers={"If-Match": '"1"'})
    assert gone.status_code == 204
    assert (await admin.get("/v1/me", headers=bearer(made))).status_code == 401
    assert (await admin.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401
    assert (await admin.get(f"/v1/clients/{made['id']}")).status_code == 404
    listed = (await admin.get("/v1/clients", params={"updated_since": "2020-01-01T00:00:00Z"})).json()["data"]
    assert [(client["deleted"], client["status"]) for client in listed] == [(True, "revoked")]
    assert (await admin.get("/v1/clients")).json()["data"] == []


GRANT = {"grant_type": "client_credentials"}


def test_the_memory_of_credentials_is_shorter_than_the_promise() -> None:
    assert authenticator.REMEMBERED_SECONDS < 5


@pytest.mark.usefixtures("forgetful")
async def test_a_key_is_replaced_without_a_pause(admin: httpx.AsyncClient) -> None:
    made = await make(admin, "people:read")
    second = await admin.post(f"/v1/clients/{made['id']}/keys", json={})
    assert second.status_code == 201
    for key in (made, second.json()):
        assert (await admin.get("/v1/me", headers=bearer(key))).status_code == 200
    third = await admin.post(f"/v1/clients/{made['id']}/keys", json={})
    assert (third.status_code, third.json()["type"]) == (409, "urn:upskill:problem:too-many-keys")
    old = made["keys"][0]["id"]
    for _ in range(2):
        assert (await admin.delete(f"/v1/clients/{made['id']}/keys/{old}")).status_code == 204
    assert (await admin.get("/v1/me", headers=bearer(made))).status_code == 401
    assert (await admin.get("/v1/me", headers=bearer(second.json()))).status_code == 200
    assert (await admin.post(f"/v1/clients/{made['id']}/keys", json={})).status_code == 201
    assert (await admin.delete(f"/v1/clients/{made['id']}/keys/nothing")).status_code == 404


@pytest.mark.usefixtures("forgetful")
async def test_an_expired_client_and_an_expired_key_are_refused(
    gateway: Gateway, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await make(admin, expires_at="2030-01-01T00:00:00Z")
    key = (await admin.post(f"/v1/clients/{client['id']}/keys", json={"expires_at": "2029-01-01T00:00:00Z"})).json()
    assert (await admin.get("/v1/me", headers=bearer(key))).status_code == 200
    directory = gateway.desk.state.directory
    for year, key_works, client_works in ((2029, False, True), (2031, False, False)):
        monkeypatch.setattr(directory, "_clock", lambda year=year: NOW.replace(year=year))
        assert ((await admin.get("/v1/me", headers=bearer(key))).status_code == 200) is key_works
        assert ((await admin.get("/v1/me", headers=bearer(client))).status_code == 200) is client_works


async def test_lists_are_paged(admin: httpx.AsyncClient) -> None:
    ids = [(await make(admin))["id"] for _ in range(3)]
    first = (await admin.get("/v1/clients", params={"limit": 2})).json()
    rest = (await admin.get("/v1/clients", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [client["id"] for client in first["data"] + rest["data"]] == ids
    assert rest["next_cursor"] is None
    chosen = (await admin.get("/v1/clients", params={"ids": f"{ids[2]},{ids[0]}"})).json()["data"]
    assert [client["id"] for client in chosen] == [ids[0], ids[2]]


async def test_an_empty_installation_makes_its_first_administrator_once(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(admin_key=None)
    assert gateway.first_key is not None
    async with open_http(gateway, {"Authorization": f"Bearer {gateway.first_key}"}) as client:
        assert (await client.get("/v1/me")).json()["is_administrator"] is True
    assert (await start_gateway(admin_key=None)).first_key is None
