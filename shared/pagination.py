"""Lists: `{"data": […], "next_cursor": … | null}`, keyset pagination, opaque cursors bound to their filters."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Select, literal, tuple_

from shared.database.sessions import AnySession, ReadOnlySession
from shared.errors import BadRequest
from shared.schemas import Instant

Item = TypeVar("Item")
Row = TypeVar("Row")
MAX_LIMIT = 200


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    data: list[Item]
    next_cursor: str | None = Field(default=None, description="Send it as `cursor` for the next page; null at the end.")


UpdatedSince = Annotated[
    Instant | None, Query(description="Only what changed at or after this time, deletions included.")
]


@dataclass
class Paging:
    """What a caller asked for: how many, from where, and how to tell them where the next page is."""

    limit: int
    cursor: str | None
    digest: str
    request: Request = field(repr=False)
    response: Response = field(repr=False)

    def position(self) -> list[Any] | None:
        """The sort key to continue after. Raises BadRequest for a cursor that is not ours or of another filter."""
        if self.cursor is None:
            return None
        try:
            digest, *key = json.loads(base64.urlsafe_b64decode(self.cursor.encode() + b"=="))
        except (ValueError, binascii.Error, TypeError) as error:
            raise BadRequest("The cursor is not one of ours.") from error
        if digest != self.digest or not key:
            raise BadRequest("The cursor belongs to another list.")
        return list(key)

    def after(self) -> UUID | None:
        """The id to continue after, in lists in order of creation. Raises BadRequest."""
        if (position := self.position()) is None:
            return None
        try:
            return UUID(*position)
        except (ValueError, TypeError, AttributeError) as error:
            raise BadRequest("The cursor belongs to another list.") from error

    def cursor_after(self, *key: object) -> str:
        """The cursor that continues after this sort key; also announced in the Link header."""
        document = json.dumps([self.digest, *key], default=str, separators=(",", ":"))
        cursor = base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")
        url = self.request.url.include_query_params(cursor=cursor)
        self.response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return cursor


async def _paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items per page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=2000, description="From `next_cursor`; opaque.")] = None,
) -> Paging:
    filters = sorted((k, v) for k, v in request.query_params.multi_items() if k not in ("limit", "cursor"))
    digest = hashlib.blake2b(repr((request.url.path, filters)).encode(), digest_size=8).hexdigest()
    return Paging(limit, cursor, digest, request, response)


async def _wide_paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items per page.")] = MAX_LIMIT,
    cursor: Annotated[str | None, Query(max_length=2000, description="From `next_cursor`; opaque.")] = None,
) -> Paging:
    return await _paging(request, response, limit, cursor)


Pages = Annotated[Paging, Depends(_paging)]
WidePages = Annotated[Paging, Depends(_wide_paging)]
"""For what is nearly always wanted whole, because a PUT replaces it whole."""


async def paginate(
    session: AnySession, statement: Select[Row], paging: Paging, *keys: Any
) -> tuple[list[Row], str | None]:
    """Run `statement` (of one entity) in the order of `keys`, whose last is unique, from the cursor on.

    Returns the rows and the next cursor. Keys may be columns of text, number, day, time or UUID.
    """
    rows = list((await session.execute(_ordered(statement, paging, keys))).scalars())
    return _cut(rows, paging, keys)


async def paginate_rows(
    session: ReadOnlySession, statement: Select[Any], paging: Paging, *keys: Any
) -> tuple[list[Any], str | None]:
    """Like `paginate`, for a statement of columns, which `keys` are among: lists that are read all day."""
    return _cut(list(await session.fetch(_ordered(statement, paging, keys), {})), paging, keys)


def _ordered(statement: Select[Any], paging: Paging, keys: tuple[Any, ...]) -> Select[Any]:
    ordered = statement.order_by(*keys).limit(paging.limit + 1)
    if (position := paging.position()) is not None:
        ordered = ordered.where(tuple_(*keys) > tuple_(*_typed(position, keys)))
    return ordered


def _cut(rows: list[Any], paging: Paging, keys: tuple[Any, ...]) -> tuple[list[Any], str | None]:
    if len(rows) <= paging.limit:
        return rows, None
    last = rows[paging.limit - 1]
    return rows[: paging.limit], paging.cursor_after(*(getattr(last, key.key) for key in keys))


def slice_page(items: list[Item], paging: Paging) -> Page[Item]:
    """One page of a list that is computed whole (gaps, recommendations); its cursor counts items."""
    position = paging.position()
    start = int(position[0]) if position else 0
    page = items[start : start + paging.limit]
    more = start + paging.limit < len(items)
    return Page(data=page, next_cursor=paging.cursor_after(start + paging.limit) if more else None)


def _typed(position: list[Any], keys: tuple[Any, ...]) -> list[Any]:
    if len(position) != len(keys):
        raise BadRequest("The cursor belongs to another list.")
    try:
        return [
            literal(_PARSERS.get(key.type.python_type, lambda value: value)(value), key.type)
            for key, value in zip(keys, position, strict=True)
        ]
    except (ValueError, TypeError) as error:
        raise BadRequest("The cursor is not one of ours.") from error


_PARSERS: dict[type, Any] = {UUID: UUID, datetime: datetime.fromisoformat, date: date.fromisoformat}
