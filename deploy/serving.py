"""How uvicorn serves a part of the suite, in every shape."""

import uvicorn
from starlette.types import ASGIApp

# Longer than the gateway keeps an idle connection to a service, so that it is never the service that hangs up.
SERVICE_KEEP_ALIVE_SECONDS = 75
GATEWAY_KEEP_ALIVE_SECONDS = 20
# Requests under way may finish; those that do not are cancelled after this.
DRAIN_SECONDS = 20


def server_for(app: ASGIApp, *, host: str, port: int, keep_alive: int = GATEWAY_KEEP_ALIVE_SECONDS) -> uvicorn.Server:
    """A server that logs nothing by itself (each part logs its own requests) and names no software."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=keep_alive,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
