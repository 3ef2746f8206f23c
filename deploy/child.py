"""One part of the suite as a child process of `upskill up --processes`.

The supervisor hands over three descriptors: the socket to listen on, a pipe whose end means that the
supervisor is gone, and a pipe on which this part says that it is ready.
"""

import asyncio
import json
import os
import socket
import sys
from argparse import ArgumentParser

from starlette.types import ASGIApp

from deploy.composition import gateway_process, service_process
from deploy.serving import GATEWAY_KEEP_ALIVE_SECONDS, SERVICE_KEEP_ALIVE_SECONDS, Server, server_for
from gateway.app import Gateway
from shared.identity.keys import load_keyring
from shared.settings import SERVICES, ConfigurationError, load_settings


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["gateway", *SERVICES])
    for descriptor in ("listen", "alive", "ready"):
        parser.add_argument(f"--{descriptor}", type=int, required=True)
    given = parser.parse_args()
    try:
        settings = load_settings()
        keyring = load_keyring(settings.keys_path, create=False)
    except ConfigurationError as error:
        sys.exit(str(error))
    app: ASGIApp
    if given.part == "gateway":
        app = gateway_process(settings, keyring)
        server = server_for(app, keep_alive=GATEWAY_KEEP_ALIVE_SECONDS)
    else:
        app = service_process(given.part, settings, keyring)
        server = server_for(app, keep_alive=SERVICE_KEEP_ALIVE_SECONDS)
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(_serve(server, app, socket.socket(fileno=given.listen), given.alive, given.ready))


async def _serve(server: Server, app: ASGIApp, listener: socket.socket, alive: int, ready: int) -> None:
    # Without a supervisor nobody would stop this part, and it would keep the data to itself: end at once.
    asyncio.get_running_loop().add_reader(alive, os._exit, 1)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.accepting.wait()
    first_key = app.first_key if isinstance(app, Gateway) else None
    os.write(ready, json.dumps({"first_key": first_key}).encode())
    os.close(ready)
    await serving


if __name__ == "__main__":
    main()
