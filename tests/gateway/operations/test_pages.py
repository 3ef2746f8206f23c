"""The open pages: liveness, readiness, metrics, the document and its page."""

import re

import httpx
import pytest
from openapi_spec_validator import validate

from gateway.documentation.page import CONTENT_SECURITY_POLICY, STATIC, SWAGGER_UI_VERSION
from tests.conftest import DatabaseKind
from tests.gateway.conftest import StartGateway, open_http


@pytest.fixture
def database_kind() -> DatabaseKind:
    """The open pages read no table: one kind of database is enough here."""
    return "sqlite"


async def test_liveness_asks_nobody(start_gateway: StartGateway) -> None:
    gateway = await start_gateway({"skills": "http://127.0.0.1:9"})
    await gateway.desk.state.database.dispose()
    async with open_http(gateway) as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_readiness_tells_of_every_part(http: httpx.AsyncClient) -> None:
    answer = await http.get("/readyz")
    assert answer.status_code == 200
    assert {name: part["status"] for name, part in answer.json()["parts"].items()} == dict.fromkeys(
        ("skills", "programs", "enrollment", "gateway"), "ok"
    )


async def test_a_part_that_is_away_makes_the_whole_not_ready(start_gateway: StartGateway) -> None:
    async with open_http(await start_gateway({"programs": "http://127.0.0.1:9"})) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parts"]["programs"] == {"status": "unreachable"}
    assert answer.json()["parts"]["skills"]["status"] == "ok"


async def test_metrics_count_what_was_answered(http: httpx.AsyncClient) -> None:
    await http.get("/healthz")
    answer = await http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.search(r'upskill_requests_total\{method="GET",part="gateway",status="200"\} [1-9]', answer.text)


async def test_the_document_is_valid_and_known_by_its_etag(http: httpx.AsyncClient) -> None:
    answer = await http.get("/openapi.json")
    document = answer.json()
    validate(document)
    assert document["openapi"] == "3.1.0"
    operations = [
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]
    assert len(operations) == len(set(operations))
    again = await http.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_service_that_comes_later_appears_in_the_document(start_gateway: StartGateway) -> None:
    gateway = await start_gateway({"skills": "http://127.0.0.1:9"})
    assert not gateway.catalogue.is_complete
    async with open_http(gateway) as client:
        before = (await client.get("/openapi.json")).json()["paths"]
        whole = await start_gateway()
        gateway.catalogue._services = whole.catalogue._services
        await gateway.catalogue.renew()
        after = (await client.get("/openapi.json")).json()["paths"]
    assert "/v1/skills/echo" not in before
    assert "/v1/skills/echo" in after
    assert gateway.catalogue.is_complete


async def test_the_page_needs_nothing_from_anywhere_else(http: httpx.AsyncClient) -> None:
    page = await http.get("/docs")
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert named
    for address in named:
        assert not re.match(r"[a-z]+:|//", address)
        assert (await http.get(f"/{address}")).status_code == 200


@pytest.mark.parametrize("name", ["page.py", "../page.py", "..%2fpage.py", "nothing.js", ""])
async def test_nothing_but_the_pages_own_files_is_served(http: httpx.AsyncClient, name: str) -> None:
    assert (await http.get(f"/docs/assets/{name}")).status_code == 404


async def test_a_browser_that_has_the_page_is_told_so(http: httpx.AsyncClient) -> None:
    page = await http.get("/docs")
    again = await http.get("/docs", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == page.headers["etag"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_the_state_of_the_suite_is_never_kept(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).headers["cache-control"] == "no-store"


async def test_the_root_leads_to_the_page(http: httpx.AsyncClient) -> None:
    answer = await http.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "docs")


def test_the_vendored_files_are_of_the_version_that_is_named() -> None:
    assert SWAGGER_UI_VERSION in (STATIC / "README.md").read_text()
    assert f'"{SWAGGER_UI_VERSION}"' in (STATIC / "swagger-ui-bundle.js").read_text()
    for licence in ("swagger-ui.LICENSE", "swagger-ui.NOTICE", "swagger-ui-bundle.js.LICENSE.txt"):
        assert (STATIC / licence).stat().st_size > 0
