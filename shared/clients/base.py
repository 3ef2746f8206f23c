"""What typed clients share: the service's own token, the request id, and errors as the neighbour meant them."""

from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from shared.errors import Conflict, Forbidden, NotFound, Problem, Unavailable, Unprocessable
from shared.identity.principal import Principal
from shared.identity.tokens import TokenSigner
from shared.observability.logging import CURRENT_REQUEST
from shared.settings import ServiceName

Answer = TypeVar("Answer", bound=BaseModel)


class NeighbourFailed(Problem):
    """The neighbour is there, but this request of ours breaks it: waiting would not help, so a consumer parks
    the fact instead of holding up all others."""

    status, code, title = 502, "neighbour-failed", "A neighbouring service failed"


_BY_STATUS: dict[int, type[Problem]] = {403: Forbidden, 404: NotFound, 409: Conflict}


class ServiceAuth(httpx.Auth):
    """Signs each call as this service, for the one neighbour it goes to."""

    def __init__(self, signer: TokenSigner, audience: ServiceName) -> None:
        self.signer = signer
        self.audience = audience
        self.principal = Principal(kind="service", id=signer.issuer)

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = f"Bearer {self.signer.token(self.principal, self.audience)}"
        current = CURRENT_REQUEST.get()
        if current is not None:
            request.headers["X-Request-Id"] = current[0]
        yield request


class ServiceClient:
    """Base of the typed clients."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, answer: type[Answer], path: str, **query: Any) -> Answer:
        """GET and read the answer. Raises the neighbour's NotFound, Forbidden, Conflict or Unprocessable;
        Unavailable when it does not answer.
        """
        params = {name: value for name, value in query.items() if value is not None}
        return answer.model_validate_json(await self._call("GET", path, params=params))

    async def put(self, answer: type[Answer], path: str, body: BaseModel) -> Answer:
        """PUT and read the answer. Raises like `get`."""
        content, headers = body.model_dump_json().encode(), {"Content-Type": "application/json"}
        return answer.model_validate_json(await self._call("PUT", path, content=content, headers=headers))

    async def delete(self, path: str) -> None:
        """DELETE; what is gone already is fine. Raises like `get`."""
        try:
            await self._call("DELETE", path)
        except NotFound:
            return

    async def _call(self, method: str, path: str, **kwargs: Any) -> bytes:
        try:
            response = await self.http.request(method, path, **kwargs)
        except httpx.HTTPError as error:
            raise Unavailable(f"{self.http.base_url.host} does not answer.") from error
        if response.is_success:
            return response.content
        raise problem_of(response)


def problem_of(response: httpx.Response) -> Problem:
    """A neighbour's error as an exception of ours."""
    detail = _detail(response)
    if response.status_code == 422:
        return Unprocessable(detail)
    if known := _BY_STATUS.get(response.status_code):
        return known(detail)
    if response.status_code == 500:
        return NeighbourFailed("A neighbouring service failed at this request.")
    return Unavailable(f"A neighbouring service answered {response.status_code}.")


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json().get("detail") or response.reason_phrase)
    except ValueError:
        return response.reason_phrase


def segment(reference: object) -> str:
    """A reference as one path segment."""
    return quote(str(reference), safe=":")
