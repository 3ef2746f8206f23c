"""How the gateway itself asks the services: with the word of the caller on whose behalf it asks."""

import asyncio
from typing import Any

import httpx

from shared.clients.transports import Transports
from shared.errors import Unavailable
from shared.identity.principal import Principal
from shared.identity.tokens import TokenSigner
from shared.observability.logging import CURRENT_REQUEST
from shared.settings import SERVICES, ServiceName

PATIENCE_SECONDS = 10.0


class Inside:
    """GETs from any service as a given caller. Close it when done."""

    def __init__(self, transports: Transports, signer: TokenSigner) -> None:
        self._signer = signer
        self._http: dict[ServiceName, httpx.AsyncClient] = {}
        for service in SERVICES:
            transport, base_url = transports.to(service)
            self._http[service] = httpx.AsyncClient(transport=transport, base_url=base_url, trust_env=False)

    async def get(
        self, service: ServiceName, path: str, caller: Principal, params: dict[str, str] | None = None
    ) -> httpx.Response:
        """What the service answers to this caller, whatever its status. Raises Unavailable when it does not answer."""
        headers = {"Authorization": f"Bearer {self._signer.token(caller, service)}"}
        if (current := CURRENT_REQUEST.get()) is not None:
            headers["X-Request-Id"] = current[0]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._http[service].get(path, params=params, headers=headers)
        except (TimeoutError, httpx.HTTPError) as error:
            raise Unavailable(f"The {service} service does not answer at the moment.") from error

    async def close(self) -> None:
        for http in self._http.values():
            await http.aclose()


def json_of(answer: httpx.Response) -> Any:
    """The answer's body, or None when it is no JSON."""
    try:
        return answer.json()
    except ValueError:
        return None
