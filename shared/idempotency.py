"""Idempotency-Key on POST: the answer is stored in the transaction of its effect and replayed byte for byte."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

from fastapi import Request, Response
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from shared.clock import utc_now
from shared.database.engines import Database
from shared.database.sessions import UNIT_OF_WORK, UnitOfWork
from shared.errors import KeyReused, Problem, RequestInFlight, Unprocessable
from shared.identity.authentication import PRINCIPAL

KEPT = timedelta(days=7)
_STORED_HEADERS = ("content-type", "etag", "location", "cache-control")
_KEY = re.compile(r"^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$")


def key_of(request: Request) -> str | None:
    """The request's key, with or without quotes. Raises Unprocessable when it is no 1–255 visible characters."""
    header = request.headers.get("idempotency-key")
    if header is None:
        return None
    key = header[1:-1] if len(header) > 2 and header[0] == header[-1] == '"' else header
    if not _KEY.match(key):
        raise Unprocessable("A key has 1 to 255 visible ASCII characters.", pointer="header/Idempotency-Key")
    return key


async def answer(request: Request, key: str, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    """Answer a POST that carries a key: replay what was stored, or do the work and store its answer with it.

    Raises RequestInFlight while the first one is being worked on, KeyReused for another request.
    """
    database: Database = request.app.state.database
    under_way: set[tuple[str, str]] = request.app.state.requests_under_way
    caller = _caller(request)
    if (caller, key) in under_way:
        raise RequestInFlight
    under_way.add((caller, key))
    try:
        fingerprint = await _fingerprint(request)
        if (stored := await _find(database, caller, key, fingerprint)) is not None:
            return stored
        try:
            response = await handle(request)
            session = request.scope.get(UNIT_OF_WORK)
            if session is not None and response.status_code < 400:
                await _store(session, caller, key, fingerprint, response)
            return response
        except (Problem, IntegrityError):
            # Another replica may have done the same work in the meantime: then its answer is the answer.
            if (stored := await _find(database, caller, key, fingerprint)) is not None:
                return stored
            raise
    finally:
        under_way.discard((caller, key))


def _caller(request: Request) -> str:
    principal = request.scope[PRINCIPAL]
    return f"{principal.kind}:{principal.id}"


async def _fingerprint(request: Request) -> bytes:
    digest = hashlib.blake2b(digest_size=32)
    for part in (
        request.method.encode(),
        request.url.path.encode(),
        request.url.query.encode(),
        await request.body(),
    ):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


async def _find(database: Database, caller: str, key: str, fingerprint: bytes) -> Response | None:
    replays = database.kernel.replays
    async with database.reading() as session:
        row = (
            (await session.execute(select(replays).where(replays.c.caller == caller, replays.c.key == key)))
            .mappings()
            .one_or_none()
        )
    if row is None or row["stored_at"] < utc_now() - KEPT:
        return None
    if bytes(row["fingerprint"]) != fingerprint:
        raise KeyReused
    headers = {**row["headers"], "Idempotency-Replayed": "true"}
    return Response(bytes(row["body"]), status_code=row["status"], headers=headers)


async def _store(session: UnitOfWork, caller: str, key: str, fingerprint: bytes, response: Response) -> None:
    replays = cast(Database, session.info["database"]).kernel.replays
    await session.flush()
    await session.execute(delete(replays).where(replays.c.stored_at < utc_now() - KEPT))
    values: dict[str, Any] = {
        "caller": caller,
        "key": key,
        "fingerprint": fingerprint,
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in _STORED_HEADERS if name in response.headers},
        "body": bytes(response.body),
        "stored_at": utc_now(),
    }
    await session.execute(insert(replays).values(values))
