"""Runs one part of the suite as a process of its own: `python -m services.skills`, `python -m gateway`.

With the word `migrate` it brings the part's database up to date instead, and ends.

A supervisor may hand over three descriptors: the socket to listen on, a pipe whose end means that the
supervisor is gone, and a pipe on which the part says that it is ready.
"""

import asyncio
import json
import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import ASGIApp

from shared.database.migrations import migrate
from shared.identity.keys import Keyring, load_keyring
from shared.observability.logging import configure_logging
from shared.serving import Server, listen, server_for
from shared.settings import ConfigurationError, Settings, load_settings

CreatePart = Callable[[Settings, Keyring], ASGIApp]


@dataclass(frozen=True)
class Part:
    """A part of the suite: `name` also names its database, `package` holds its migrations."""

    name: str
    package: str
    create: CreatePart
    keep_alive: int


def run_part(part: Part) -> None:
    """Do what the command line says: serve until stopped, or migrate. Bad configuration ends in one clear line."""
    parser = ArgumentParser(prog=f"python -m {part.package}", description=f"The {part.name} part of Upskill.")
    parser.add_argument("what", nargs="?", choices=["serve", "migrate"], default="serve")
    for descriptor in ("listen", "alive", "ready"):
        parser.add_argument(f"--{descriptor}", type=int, metavar="DESCRIPTOR", help="given by a supervisor")
    given = parser.parse_args()
    try:
        settings = load_settings()
        configure_logging(settings.log_level, settings.log_format)
        if given.what == "migrate":
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            migrate(part.package, settings.database_for(part.name), progress=_say)
            return
        keyring = load_keyring(settings.keys_path, create=False)
        listener = socket.socket(fileno=given.listen) if given.listen else listen(settings.host, settings.port)
        app = part.create(settings, keyring)
        server = server_for(app, keep_alive=part.keep_alive)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner, suppress(KeyboardInterrupt):
            runner.run(_serve(server, app, listener, given.alive, given.ready))
    except ConfigurationError as error:
        sys.exit(f"upskill: {part.name}: {error}")


async def _serve(server: Server, app: ASGIApp, listener: socket.socket, alive: int | None, ready: int | None) -> None:
    if alive is not None:
        # Without its supervisor nobody would stop this part, and it would keep the data to itself: end at once.
        asyncio.get_running_loop().add_reader(alive, os._exit, 1)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.accepts(serving)
    if ready is not None:
        os.write(ready, json.dumps({"first_key": getattr(app, "first_key", None)}).encode())
        os.close(ready)
    await serving


def _say(step: str) -> None:
    sys.stdout.write(f"{step}\n")
