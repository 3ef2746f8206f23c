"""The same queries on the same tables with the drivers alone, behind nothing."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
from psycopg.rows import DictRow, dict_row
from sqlalchemy import make_url
from starlette.types import Receive, Scope, Send

from shared.ids import new_id
from tests.benchmarks.answers import answer

ONE = "SELECT * FROM skills WHERE id = {0} AND deleted_at IS NULL"
LIST = "SELECT * FROM skills WHERE deleted_at IS NULL ORDER BY id LIMIT {0}"
CONNECTIONS = 16


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
            rows = self._database.execute(LIST.format("?"), (limit,))
            await answer(send, _json({"data": [dict(row) for row in rows.fetchall()], "next_cursor": None}))
        else:
            key = _key(scope["path"])
            row = self._database.execute(ONE.format("?"), (key.hex if key else None,)).fetchone()
            await answer(send, _json(dict(row) if row else {}))

    def _insert(self, body: dict[str, Any]) -> bytes:
        row = _row(body)
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute(f"INSERT INTO skills ({names}) VALUES ({marks})", row)
        self._database.execute("COMMIT")
        return _json(row)


class RawPostgres:
    """psycopg with as many connections as a service has."""

    def __init__(self, folder: Path, url: str) -> None:
        address = make_url(url.replace("{service}", "skills")).set(drivername="postgresql")
        self._address = address.render_as_string(hide_password=False)
        self._free: asyncio.LifoQueue[psycopg.AsyncConnection[DictRow]] = asyncio.LifoQueue()
        self._made = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        connection = await self._connection()
        try:
            if scope["method"] == "POST":
                found: Any = await self._insert(connection, json.loads(body))
            elif scope["path"] == "/v1/skills":
                limit = int(parse_qs(scope["query_string"].decode())["limit"][0])
                rows = await (await connection.execute(LIST.format("%s"), (limit,))).fetchall()
                found = {"data": rows, "next_cursor": None}
            else:
                key = _key(scope["path"])
                found = await (await connection.execute(ONE.format("%s"), (key,))).fetchone()
        finally:
            self._free.put_nowait(connection)
        await answer(send, _json(found or {}))

    async def _insert(self, connection: psycopg.AsyncConnection[DictRow], body: dict[str, Any]) -> dict[str, Any]:
        row = _row(body)
        row |= {"id": UUID(row["id"]), "framework_id": UUID(row["framework_id"])}
        names, marks = ", ".join(row), ", ".join(f"%({name})s" for name in row)
        await connection.execute(f"INSERT INTO skills ({names}) VALUES ({marks})", row)
        return row

    async def _connection(self) -> psycopg.AsyncConnection[DictRow]:
        if self._free.empty() and self._made < CONNECTIONS:
            self._made += 1
            return await psycopg.AsyncConnection.connect(self._address, autocommit=True, row_factory=dict_row)
        return await self._free.get()


def _row(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id().hex,
        "revision": 1,
        "created_at": "2026-01-01 00:00:00Z",
        "updated_at": "2026-01-01 00:00:00Z",
        "framework_id": UUID(body["framework_id"]).hex,
        "uri": body["uri"],
        "kind": "skill",
        "status": "published",
        "labels": json.dumps(body["labels"]),
        "alternative_labels": "{}",
        "level_descriptions": "{}",
    }


def _key(path: str) -> UUID | None:
    """The id at the end of a path; none in the first question whether anybody answers."""
    try:
        return UUID(path.rpartition("/")[2])
    except ValueError:
        return None


def _json(value: Any) -> bytes:
    return json.dumps(value, default=str).encode()
