"""What is measured: `python -m tests.benchmarks.subjects SUBJECT PORT FOLDER` serves one until it is stopped."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.composition import embedded_suite
from deploy.databases import prepare_databases
from gateway.app import create_gateway
from shared.database.migrations import migrate
from shared.identity.keys import load_keyring
from shared.ids import new_id
from shared.observability.logging import configure_logging
from shared.serving import listen, server_for
from shared.settings import SERVICES, Settings

KEY = "upk_bench_0123456789abcdef0123456789abcdef"
ANSWER = json.dumps({"id": "0198c0de-1111-7000-8000-000000000001", "title": "x" * 800}).encode()


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """The least that an ASGI application can do: a kilobyte of JSON."""
    if scope["type"] == "http":
        await answer(send, b"{}" if scope["path"] == "/openapi.json" else ANSWER)


async def answer(send: Send, body: bytes, status: int = 200) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


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


class RawSqlite:
    """The same queries on the same tables with the driver alone, behind nothing."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "skills.db", isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] == "POST":
            await answer(send, self._insert(json.loads((await receive())["body"])), 201)
        elif scope["path"] == "/v1/skills":
            limit = int(parse_qs(scope["query_string"].decode())["limit"][0])
            rows = self._database.execute("SELECT * FROM skills WHERE deleted_at IS NULL ORDER BY id LIMIT ?", (limit,))
            await answer(send, _json({"data": [dict(row) for row in rows.fetchall()], "next_cursor": None}))
        else:
            key = UUID(scope["path"].rpartition("/")[2]).hex
            row = self._database.execute("SELECT * FROM skills WHERE id = ? AND deleted_at IS NULL", (key,)).fetchone()
            await answer(send, _json(dict(row) if row else {}))

    def _insert(self, body: dict[str, Any]) -> bytes:
        row = {
            "id": new_id().hex,
            "revision": 1,
            "created_at": "2026-01-01 00:00:00",
            "updated_at": "2026-01-01 00:00:00",
            "framework_id": UUID(body["framework_id"]).hex,
            "uri": body["uri"],
            "kind": "skill",
            "status": "published",
            "labels": json.dumps(body["labels"]),
            "alternative_labels": "{}",
        }
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute(f"INSERT INTO skills ({names}) VALUES ({marks})", row)
        self._database.execute("COMMIT")
        return _json(row)


def _json(value: Any) -> bytes:
    return json.dumps(value, default=str).encode()


SUBJECTS: dict[str, Callable[..., ASGIApp]] = {
    "bare": lambda _: bare,
    "forwarding": forwarding,
    "embedding": embedding,
    "suite": suite,
    "raw-sqlite": RawSqlite,
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
