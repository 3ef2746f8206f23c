"""How a part of the suite listens and is served, alone or with the others in one process."""

import asyncio
import gc
import socket
from contextlib import ExitStack

import uvicorn
from starlette.types import ASGIApp

from shared.settings import ConfigurationError

# Longer than the gateway keeps an idle connection to a service, so that it is never the service that hangs up.
SERVICE_KEEP_ALIVE_SECONDS = 75
GATEWAY_KEEP_ALIVE_SECONDS = 20
# Requests under way may finish; those that do not are cancelled after this.
DRAIN_SECONDS = 20
BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ConfigurationError with one clear line."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with ExitStack() as undo:
            listener = undo.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
            undo.pop_all()
    except OSError as error:
        where = f"UPSKILL_HOST, UPSKILL_PORT: {host}:{port}"
        raise ConfigurationError(f"{where} cannot be listened on ({error.strerror})") from error
    return listener


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


class Server(uvicorn.Server):
    """A server that says when it accepts calls. Serving raises ConfigurationError when the app cannot start."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._accepting = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            raise ConfigurationError("the start failed; the log says why") from None
        _settle_memory()
        self._accepting.set()

    async def accepts(self, serving: "asyncio.Task[None]") -> None:
        """Return when calls are accepted; raises what ended `serving` when that ends before."""
        accepting = asyncio.create_task(self._accepting.wait())
        await asyncio.wait({accepting, serving}, return_when=asyncio.FIRST_COMPLETED)
        if not accepting.done():
            accepting.cancel()
            await serving


def _settle_memory() -> None:
    """What the start made stays: looking through all of it for garbage again and again costs more than some answers."""
    gc.collect()
    gc.freeze()


def server_for(app: ASGIApp, *, keep_alive: int = GATEWAY_KEEP_ALIVE_SECONDS) -> Server:
    """A server that logs nothing by itself (each part logs its own requests) and names no software."""
    return Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=keep_alive,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
