"""What is measured: `python -m tests.benchmarks.subjects SUBJECT PORT FOLDER` serves one until it is stopped."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.composition import embedded_suite
from deploy.databases import prepare_databases
from gateway.app import create_gateway
from services.skills.app import create_app as create_skills
from shared.clients.transports import NetworkTransports
from shared.database.migrations import migrate
from shared.identity.keys import load_keyring
from shared.observability.logging import configure_logging
from shared.serving import listen, server_for
from shared.settings import SERVICES, Settings
from tests.benchmarks.answers import answer
from tests.benchmarks.drivers import RawPostgres, RawSqlite

KEY = "upk_bench_0123456789abcdef0123456789abcdef"
ANSWER = json.dumps({"id": "0198c0de-1111-7000-8000-000000000001", "title": "x" * 800}).encode()


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """The least that an ASGI application can do: a kilobyte of JSON."""
    if scope["type"] == "http":
        await answer(send, b"{}" if scope["path"] == "/openapi.json" else ANSWER)


def settings_in(folder: Path) -> Settings:
    return Settings(data_dir=folder, admin_key=KEY, requests_per_minute=0, log_level="warning")


def forwarding(folder: Path, upstream: str) -> ASGIApp:
    """The gateway in front of services in other processes."""
    settings = settings_in(folder)
    migrate("gateway", settings.database_for("gateway"))
    return create_gateway(settings, load_keyring(settings.keys_path), dict.fromkeys(SERVICES, upstream))


class BareService:
    """The bare application with a lifespan, as the gateway expects of a service inside."""

    def __init__(self) -> None:
        from starlette.applications import Starlette

        self.router = Starlette().router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await bare(scope, receive, send)


def embedding(folder: Path) -> ASGIApp:
    """The gateway around the bare application in the same process."""
    settings = settings_in(folder)
    migrate("gateway", settings.database_for("gateway"))
    return create_gateway(settings, load_keyring(settings.keys_path), {name: BareService() for name in SERVICES})


def suite(folder: Path) -> ASGIApp:
    """The whole suite in one process, as `upskill up` serves it, on SQLite."""
    settings = settings_in(folder)
    prepare_databases(settings, lambda _service, _step: None)
    return embedded_suite(settings, load_keyring(settings.keys_path))


def skills(folder: Path, url: str) -> ASGIApp:
    """The skills service alone, as it runs behind the gateway in another process."""
    settings = Settings(data_dir=folder, database_url=url, log_level="warning")
    prepare_databases(settings)
    return create_skills(settings, load_keyring(settings.keys_path), NetworkTransports(settings))


SUBJECTS: dict[str, Callable[..., ASGIApp]] = {
    "bare": lambda _: bare,
    "forwarding": forwarding,
    "embedding": embedding,
    "suite": suite,
    "skills": skills,
    "raw-sqlite": RawSqlite,
    "raw-postgres": RawPostgres,
}


def main(subject: str, port: str, folder: str, *arguments: str) -> None:
    configure_logging("warning", "json")
    app = SUBJECTS[subject](Path(folder), *arguments)
    server = server_for(app)
    server.config.lifespan = "auto"
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listen("127.0.0.1", int(port))]))


if __name__ == "__main__":
    main(*sys.argv[1:])
