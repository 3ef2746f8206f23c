"""Every operation × identity, walked from the OpenAPI document. A new operation without a row fails here."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.composition import embedded_suite
from deploy.databases import prepare_databases
from gateway.routing.table import RouteTable
from shared.identity.principal import Principal
from shared.identity.scopes import ALL_SCOPES, Scope
from shared.identity.tokens import TokenSigner
from shared.settings import Settings
from tests.access.table import ROWS, Row
from tests.contracts.snapshots import HERE as CONTRACTS
from tests.harness import KEYRING, user

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation of the document, with a row of the table."""

    id: str
    method: str
    path: str

    @property
    def row(self) -> Row:
        return ROWS[self.id]

    def address(self, **ids: object) -> str:
        """The path with every parameter filled: with `ids`, else with something that does not exist."""
        return re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found.group(1), uuid4())), self.path)


def operations() -> list[Operation]:
    document: Any = json.loads((CONTRACTS / "openapi.json").read_text())
    return [
        Operation(item[method]["operationId"], method.upper(), path)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


OPERATIONS = operations()


@dataclass
class Doors:
    """Every part of the suite behind its own door: who enters has passed the gateway's identification."""

    apps: dict[str, ASGIApp]
    signer: TokenSigner
    table: RouteTable

    async def status(self, operation: Operation, caller: Principal | None) -> int:
        path = operation.address()
        route = self.table.find(path)
        assert route is not None, path
        headers = {"Content-Type": "application/json"}
        if caller is not None:
            headers["Authorization"] = f"Bearer {self.signer.token(caller, route.owner)}"
        transport = httpx.ASGITransport(self.apps[route.owner], raise_app_exceptions=False)
        body = b"{}" if operation.method in ("POST", "PUT", "PATCH") else b""
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as http:
            return (await http.request(operation.method, path, content=body, headers=headers)).status_code


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doors(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Doors]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("access"), admin_key="upk_admin_0123456789", log_level="error")
    prepare_databases(settings)
    gateway = embedded_suite(settings, KEYRING)
    async with gateway.running():
        apps = {**gateway.upstreams.apps, "gateway": gateway.desk}
        yield Doors(apps, TokenSigner("gateway", KEYRING), RouteTable())


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert {operation.id for operation in OPERATIONS} == set(ROWS)


def closed(operation: Operation) -> bool:
    return not (operation.row.public or operation.row.anybody)


CLOSED = [pytest.param(operation, id=operation.id) for operation in OPERATIONS if closed(operation)]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("operation", CLOSED)
async def test_who_gets_in(doors: Doors, operation: Operation) -> None:
    row = operation.row
    assert await doors.status(operation, None) == 401
    others = frozenset(ALL_SCOPES) - {Scope.ADMIN} - set(row.scopes)
    assert await doors.status(operation, Principal("client", "others", others)) == 403
    assert await doors.status(operation, Principal("client", "nothing")) == 403
    for scope in row.scopes:
        status = await doors.status(operation, Principal("client", scope, frozenset({scope})))
        assert status not in (401, 403, 500)
    assert await doors.status(operation, Principal("client", "all", frozenset(ALL_SCOPES))) not in (401, 403, 500)
    as_user = await doors.status(operation, user(uuid4()))
    assert as_user not in (401, 500)
    assert (as_user != 403) == row.users
