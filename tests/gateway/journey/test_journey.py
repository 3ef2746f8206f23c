"""GET /v1/people/{id}/journey: one page from three services, also when one of them is away."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from gateway.journey.sections import SECTIONS
from shared.identity.authentication import PRINCIPAL, Authentication
from shared.identity.keys import Keyring
from shared.identity.tokens import TokenVerifier
from tests.conftest import DatabaseKind
from tests.gateway.conftest import ADMIN, StartGateway, echo_service, open_http


@pytest.fixture
def database_kind() -> DatabaseKind:
    """A journey reads services, no database of the gateway: one kind is enough here."""
    return "sqlite"


MIA = "0198c0de-1111-7000-8000-000000000002"


def people_service(name: str, keyring: Keyring, *, status: int = 200) -> FastAPI:
    """A service that answers every section with what it was asked, and knows one person."""
    app = FastAPI()
    app.add_middleware(Authentication, verifier=TokenVerifier(name, keyring))

    @app.get("/v1/people/{person}")
    async def person(person: str) -> Response:
        known = person in (MIA, "hris:E2")
        return JSONResponse({"id": MIA} if known else {"title": "Not found"}, status_code=200 if known else 404)

    @app.get("/{path:path}")
    async def read(path: str, request: Request) -> Response:
        seen = {"path": f"/{path}", "query": request.url.query, "caller": request.scope[PRINCIPAL].id}
        return JSONResponse(seen, status_code=status)

    return app


@pytest.fixture
def services(keyring: Keyring) -> dict[str, Any]:
    return {name: people_service(name, keyring) for name in ("skills", "enrollment")}


async def test_the_page_is_read_from_all_services_as_the_caller(
    start_gateway: StartGateway, services: dict[str, Any]
) -> None:
    async with open_http(await start_gateway(services), ADMIN) as client:
        page = (await client.get("/v1/people/hris:E2/journey?target_role_id=hris:R-MKT&horizon=long")).json()
    assert page["status"] == "ok"
    assert page["person"]["data"] == {"id": MIA}
    assert page["gaps"]["source"] == f"/v1/people/{MIA}/gaps?role_id=hris:R-MKT&horizon=long"
    assert page["pathways"]["source"] == f"/v1/people/{MIA}/pathways?target_role_id=hris:R-MKT"
    assert page["enrollments"]["data"]["query"] == f"person_id={MIA}&limit=50"
    assert {page[name]["data"]["caller"] for name in SECTIONS} == {"administrator"}


async def test_a_person_whom_nobody_knows_is_404(start_gateway: StartGateway, services: dict[str, Any]) -> None:
    async with open_http(await start_gateway(services), ADMIN) as client:
        answer = await client.get("/v1/people/hris:nobody/journey")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:upskill:problem:not-found"


async def test_a_service_that_is_away_leaves_the_rest_of_the_page(
    start_gateway: StartGateway, services: dict[str, Any]
) -> None:
    gateway = await start_gateway({**services, "enrollment": "http://127.0.0.1:9"})
    async with open_http(gateway, ADMIN) as client:
        answer = await client.get(f"/v1/people/{MIA}/journey")
    page = answer.json()
    assert (answer.status_code, page["status"]) == (200, "partial")
    assert (page["gaps"]["status"], page["plans"]["status"]) == ("ok", "unavailable")
    assert page["plans"]["data"] is None
    assert page["plans"]["problem"]["status"] == 503


@pytest.mark.parametrize(
    ("status", "expected", "whole"), [(403, "refused", "ok"), (422, "refused", "ok"), (500, "unavailable", "partial")]
)
async def test_what_a_service_refuses_is_told_apart_from_what_it_cannot_do(
    start_gateway: StartGateway, keyring: Keyring, services: dict[str, Any], status: int, expected: str, whole: str
) -> None:
    enrollment = people_service("enrollment", keyring, status=status)
    async with open_http(await start_gateway({**services, "enrollment": enrollment}), ADMIN) as client:
        page = (await client.get(f"/v1/people/{MIA}/journey")).json()
    assert (page["status"], page["plans"]["status"], page["levels"]["status"]) == (whole, expected, "ok")


async def test_who_may_not_read_people_reads_no_journey(
    start_gateway: StartGateway, services: dict[str, Any], admin: httpx.AsyncClient
) -> None:
    made = await admin.post("/v1/clients", json={"title": "Catalogue", "scopes": ["programs:read"]})
    shown = {"Authorization": f"Bearer {made.json()['api_key']}"}
    assert (await admin.get(f"/v1/people/{MIA}/journey", headers=shown)).status_code == 403
    assert (await admin.get(f"/v1/people/{MIA}/journey", headers={"Authorization": ""})).status_code == 401


async def test_a_bad_reference_is_named(start_gateway: StartGateway, keyring: Keyring) -> None:
    gateway = await start_gateway({"skills": echo_service("skills", keyring)})
    async with open_http(gateway, ADMIN) as client:
        assert (await client.get("/v1/people/not-a-reference/journey")).status_code == 422
        assert (await client.get(f"/v1/people/{MIA}/journey?horizon=soon")).status_code == 422
