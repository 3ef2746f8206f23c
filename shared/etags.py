"""Optimistic concurrency: the ETag is the row's revision, If-Match is compared inside the UPDATE."""

import re
from hashlib import blake2b
from typing import Annotated

from fastapi import Depends, Header, Response

from shared.errors import PreconditionFailed, PreconditionRequired

_ETAG = re.compile(r'^"(\d{1,18})(?:\.[0-9a-f]{16})?"$')


def tag(response: Response, revision: int, also: str = "") -> None:
    """Set the strong ETag of a resource at this revision.

    `also` is what the answer shows of other resources: it changes the ETag, and If-Match takes no heed of it.
    """
    digest = f".{blake2b(also.encode(), digest_size=8).hexdigest()}" if also else ""
    response.headers["ETag"] = f'"{revision}{digest}"'


def created(response: Response, location: str, revision: int) -> None:
    """Headers of a 201: where the new resource is, and its ETag."""
    response.headers["Location"] = location
    tag(response, revision)


def upserted(response: Response, location: str, revision: int, *, is_new: bool) -> None:
    """Headers and status of a PUT by external id: 201 when it made the resource, else 200."""
    if is_new:
        response.status_code = 201
        response.headers["Location"] = location
    tag(response, revision)


def parse_if_match(header: str | None) -> int | None:
    """The revision a client read; None for `*`. Raises PreconditionRequired when absent, PreconditionFailed when
    it is no ETag of ours and so can match nothing.
    """
    if header is None:
        raise PreconditionRequired
    if header.strip() == "*":
        return None
    if (found := _ETAG.match(header.strip())) is None:
        raise PreconditionFailed("The If-Match header names no version of this resource.")
    return int(found.group(1))


async def _required(
    if_match: Annotated[str | None, Header(description="The ETag that you read.")] = None,
) -> int | None:
    return parse_if_match(if_match)


async def _optional(
    if_match: Annotated[str | None, Header(description="Honoured when sent; the source is the master.")] = None,
) -> int | None:
    return None if if_match is None else parse_if_match(if_match)


IfMatch = Annotated[int | None, Depends(_required)]
OptionalIfMatch = Annotated[int | None, Depends(_optional)]
