"""The merged document of everything that can be called, kept as bytes and renewed when a service changes."""

import asyncio
import hashlib
import json
from collections.abc import Mapping

import httpx
from starlette.types import ASGIApp

from gateway.documentation.front_door import add_front_door
from gateway.documentation.head import head
from gateway.documentation.merge import Document, merge
from gateway.routing.table import RouteTable
from shared.observability.logging import get_logger

RENEW_SECONDS = 15.0
log = get_logger(__name__)


class Catalogue:
    """Reads each service's `/openapi.json` and merges them with `own`, the gateway's.

    A service that does not answer keeps its last document.
    """

    def __init__(self, services: Mapping[str, ASGIApp], own: Mapping[str, Document], table: RouteTable) -> None:
        self._services = services
        self._own = own
        self._table = table
        self._documents: dict[str, Document] = {}
        self._digests: dict[str, bytes] = {}
        self.body = b"{}"
        self.etag = '""'

    @property
    def is_complete(self) -> bool:
        return len(self._documents) == len(self._services)

    async def renew(self) -> None:
        """Read every service again, and merge when one of them has changed."""
        changed = await asyncio.gather(*(self._read(name, app) for name, app in self._services.items()))
        if any(changed) or self.body == b"{}":
            known = {name: self._documents[name] for name in self._services if name in self._documents}
            ordered = {name: add_front_door(document) for name, document in {**known, **self._own}.items()}
            self.body = json.dumps(merge(head(), ordered, self._is_served), separators=(",", ":")).encode()
            self.etag = f'"{hashlib.blake2b(self.body, digest_size=12).hexdigest()}"'

    async def keep_renewing(self) -> None:
        """For services that can be restarted with another version while the gateway goes on."""
        while True:
            await asyncio.sleep(RENEW_SECONDS if self.is_complete else 1.0)
            await self.renew()

    async def _read(self, name: str, app: ASGIApp) -> bool:
        """Whether the service's document is another one than before."""
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{name}") as client:
            answer = await client.get("/openapi.json")
        if answer.status_code != 200:
            log.warning("documentation.missing", service=name, status=answer.status_code)
            return False
        digest = hashlib.blake2b(answer.content).digest()
        if self._digests.get(name) == digest:
            return False
        self._documents[name], self._digests[name] = answer.json(), digest
        return True

    def _is_served(self, service: str, path: str) -> bool:
        route = self._table.find(path)
        return route is not None and route.owner == service
