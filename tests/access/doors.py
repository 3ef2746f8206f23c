"""The operations of the document, and the doors of the suite's parts."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from starlette.types import ASGIApp

from gateway.routing.table import RouteTable
from shared.identity.principal import Principal
from shared.identity.tokens import TokenSigner
from tests.access.table import ROWS, Row
from tests.contracts.snapshots import HERE as CONTRACTS

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

    async def call(self, method: str, path: str, caller: Principal | None, body: object = None) -> httpx.Response:
        """One request as somebody; writes without a body send an empty one."""
        route = self.table.find(path.partition("?")[0])
        assert route is not None, path
        headers = {"Content-Type": "application/json", "If-Match": "*"}
        if caller is not None:
            headers["Authorization"] = f"Bearer {self.signer.token(caller, route.owner)}"
        transport = httpx.ASGITransport(self.apps[route.owner], raise_app_exceptions=False)
        content = json.dumps(body or {}).encode() if method in ("POST", "PUT", "PATCH") else b""
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as http:
            return await http.request(method, path, content=content, headers=headers)
