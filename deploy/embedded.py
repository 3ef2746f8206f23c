"""The embedded shape: gateway and services in one process, no network between them."""

import asyncio
import socket

from deploy.composition import embedded_suite
from deploy.console import Console
from deploy.data_directory import DataDirectory
from deploy.databases import prepare_databases
from deploy.demo.start import load_demo_if_wanted
from gateway.app import Gateway
from shared.identity.keys import load_keyring
from shared.serving import Server, listen, port_of, server_for
from shared.settings import Settings


def run_embedded(settings: Settings, console: Console) -> None:
    """Migrate, serve, load the demo organisation where it is wanted; returns when told to stop.

    Raises ConfigurationError before anything is served.
    """
    directory = DataDirectory(settings.data_dir)
    directory.lock()
    listener = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": port_of(listener)})
    keyring = load_keyring(settings.keys_path)
    with console.migrating() as progress:
        prepare_databases(settings, progress)
    gateway = embedded_suite(settings, keyring)
    server = server_for(gateway)
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(_serve(server, listener, gateway, settings, directory, console))


async def _serve(
    server: Server,
    listener: socket.socket,
    gateway: Gateway,
    settings: Settings,
    directory: DataDirectory,
    console: Console,
) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.accepts(serving)
    console.serving(settings, first_key=gateway.first_key)
    key = settings.admin_key or gateway.first_key
    demo = asyncio.create_task(load_demo_if_wanted(settings, directory, console, key))
    try:
        await serving
    finally:
        demo.cancel()
        await asyncio.gather(demo, return_exceptions=True)
