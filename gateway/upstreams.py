"""The services behind the gateway: apps in this process, or addresses of other processes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
from starlette.types import ASGIApp

from gateway.proxy.network import NetworkUpstream
from shared.settings import SERVICES, ServiceName

Upstream = ASGIApp | str
"""An application (embedded), or the base URL of a service that is a process of its own."""


class Upstreams:
    """Every service as an ASGI application, and as a transport for the typed clients."""

    def __init__(self, upstreams: Mapping[ServiceName, Upstream]) -> None:
        self._embedded: dict[ServiceName, Any] = {}
        self._remote: dict[ServiceName, NetworkUpstream] = {}
        for name in SERVICES:
            upstream = upstreams[name]
            if isinstance(upstream, str):
                self._remote[name] = NetworkUpstream(name, upstream)
            else:
                self._embedded[name] = upstream

    @property
    def apps(self) -> dict[str, ASGIApp]:
        return {name: self._embedded.get(name) or self._remote[name] for name in SERVICES}

    @property
    def are_remote(self) -> bool:
        """Whether a service may come and go while the gateway runs."""
        return bool(self._remote)

    def to(self, service: ServiceName) -> tuple[httpx.AsyncBaseTransport, str]:
        """The way of a typed client to a service: the same that callers' requests go."""
        return httpx.ASGITransport(self.apps[service], raise_app_exceptions=False), f"http://{service}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Enter the lifespans of embedded services, and hang up on the others at the end."""
        async with AsyncExitStack() as stack:
            for app in self._embedded.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            for remote in self._remote.values():
                stack.callback(remote.close)
            yield
