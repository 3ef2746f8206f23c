"""Swap the transport, not the code: neighbours are called in process when embedded, over the network otherwise."""

from typing import Protocol

import httpx
from httpx_aiohttp import AiohttpTransport
from starlette.types import ASGIApp

from shared.settings import ServiceName, Settings

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 15.0


class Transports(Protocol):
    """Gives the way to a neighbour."""

    def to(self, service: ServiceName) -> tuple[httpx.AsyncBaseTransport, str]:
        """A transport and the base address to use with it."""
        ...


class EmbeddedTransports:
    """The neighbours are apps in this process. Their lifespans are entered by whoever runs them."""

    def __init__(self, apps: dict[ServiceName, ASGIApp]) -> None:
        self.apps = apps

    def to(self, service: ServiceName) -> tuple[httpx.AsyncBaseTransport, str]:
        return httpx.ASGITransport(self.apps[service], raise_app_exceptions=False), f"http://{service}"


class NetworkTransports:
    """The neighbours are processes of their own. httpx's own pool loses slots when calls are cancelled
    (httpcore issue 1093), so the connections are aiohttp's.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def to(self, service: ServiceName) -> tuple[httpx.AsyncBaseTransport, str]:
        url = self.settings.url_of(service)
        assert url is not None, f"UPSKILL_{service.upper()}_URL is needed when services are processes"
        return AiohttpTransport(), url


def open_http(transports: Transports, service: ServiceName) -> httpx.AsyncClient:
    """An httpx client for a neighbour; close it when done."""
    transport, base_url = transports.to(service)
    timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    return httpx.AsyncClient(transport=transport, base_url=base_url, timeout=timeout, trust_env=False)
