"""How the demo organisation reaches the API: upserts by external id, and POSTs that may be repeated."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx

from deploy.demo.organisation import Record

SOURCE = "demo"
Body = Record | list[Record]


class DemoRefused(Exception):
    """The API did not take a part of the demo organisation."""


class Calls:
    """The public API as the loader uses it. Every method raises DemoRefused when the answer is a problem."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def upsert(self, collection: str, external_id: str, body: Record) -> None:
        """Create or replace what the demo organisation knows under this id."""
        await self.send("PUT", f"/v1/{collection}/by-external-id/{SOURCE}/{quote(external_id, safe='')}", body)

    async def post(self, path: str, body: Body, *, key: str) -> Record:
        """Do it once: `key` names what is done, so a repetition gets the first answer."""
        return await self.send("POST", path, body, {"Idempotency-Key": f"{SOURCE}-{key}"})

    async def put_part(self, path: str, part: str, body: Record) -> None:
        """Replace a part of a resource, as it is now."""
        response = await self.http.get(path)
        _demand(response)
        await self.send("PUT", f"{path}/{part}", body, {"If-Match": response.headers["ETag"]})

    async def list_all(self, path: str) -> AsyncIterator[Record]:
        """Every item of a list, page after page."""
        cursor: str | None = None
        while True:
            page = await self.send("GET", f"{path}?cursor={quote(cursor)}" if cursor else path)
            for item in page["data"]:
                yield item
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def send(
        self, method: str, path: str, body: Body | None = None, headers: dict[str, str] | None = None
    ) -> Record:
        response = await self.http.request(method, path, json=body, headers=headers)
        _demand(response)
        answer: Record = response.json()
        return answer


def _demand(response: httpx.Response) -> None:
    if not response.is_success:
        request = response.request
        raise DemoRefused(f"{request.method} {request.url.path} answered {response.status_code}: {response.text}")
