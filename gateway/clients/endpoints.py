"""HTTP endpoints of the integrations and their API keys."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request, Response
from fastapi.routing import APIRoute

from gateway.access import ClientManager
from gateway.clients.schemas import ClientIssued, ClientRead, ClientWrite, KeyIssued, KeyWrite
from gateway.clients.service import Clients, ScopeNotGrantable, TooManyKeys
from shared.database.sessions import AnySession, ReadSession, WriteSession
from shared.errors import (
    CHANGE_PROBLEMS,
    BadRequest,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unprocessable,
    problems,
)
from shared.etags import IfMatch, created, tag
from shared.frame import Router, StrictRequest
from shared.identity.keys import API_TOKENS
from shared.merge_patch import Patch, patched
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import parse_references


class UnstoredRoute(APIRoute):
    """Strict JSON without replays: an answer that holds a secret must not lie in a table."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            response = await handle(StrictRequest(request.scope, request.receive))
            response.headers["Cache-Control"] = "no-store"
            return response

        return strict


clients = Router(prefix="/v1/clients", tags=["Clients"])
secrets = Router(prefix="/v1/clients", tags=["Clients"], route_class=UnstoredRoute)

KeyId = Annotated[str, Path(max_length=32, description="The part of a key that may be seen.")]


def _clients(request: Request, session: AnySession) -> Clients:
    state = request.app.state
    return Clients(session, state.keyring.secret(API_TOKENS), state.clock())


@clients.get("", responses=problems(BadRequest, Unprocessable))
async def list_clients(
    caller: ClientManager,
    session: ReadSession,
    request: Request,
    paging: Pages,
    ids: Annotated[str | None, Query(description="Ids, separated by commas.", max_length=20_000)] = None,
    updated_since: UpdatedSince = None,
) -> Page[ClientRead]:
    """List the integrations, oldest first; with `updated_since` also the revoked ones."""
    wanted = [UUID(ref) for ref in parse_references(ids) if ":" not in ref] if ids is not None else None
    return await _clients(request, session).list_page(paging, wanted, updated_since)


@secrets.post("", status_code=201, responses=problems(BadRequest, ScopeNotGrantable, Unprocessable))
async def create_client(
    body: ClientWrite, caller: ClientManager, session: WriteSession, request: Request, response: Response
) -> ClientIssued:
    """Create an integration with its first API key.

    The key is shown in this answer and never again. For the same reason this answer is not kept for a
    repeated `Idempotency-Key`: a repetition makes another client. Nobody grants a scope they lack.
    """
    client = await _clients(request, session).create(body, caller)
    created(response, f"/v1/clients/{client.id}", client.revision)
    return client


@clients.get("/{id}", responses=problems(NotFound))
async def get_client(
    id: UUID, caller: ClientManager, session: ReadSession, request: Request, response: Response
) -> ClientRead:
    """One integration with its keys, without their secrets."""
    client = await _clients(request, session).read(id)
    tag(response, client.revision)
    return client


@clients.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, ScopeNotGrantable))
async def change_client(
    id: UUID,
    patch: Patch,
    caller: ClientManager,
    session: WriteSession,
    if_match: IfMatch,
    request: Request,
    response: Response,
) -> ClientRead:
    """Change an integration by JSON merge patch. Needs If-Match. What it may do changes within five seconds."""
    service = _clients(request, session)
    client = await service.change(id, if_match, patched(ClientWrite, await service.read(id), patch), caller)
    tag(response, client.revision)
    return client


@clients.delete("/{id}", status_code=204, responses=problems(NotFound, PreconditionFailed, PreconditionRequired))
async def revoke_client(
    id: UUID, caller: ClientManager, session: WriteSession, request: Request, if_match: IfMatch
) -> None:
    """Revoke an integration: its keys and its access tokens are refused within five seconds. Needs If-Match."""
    await _clients(request, session).revoke(id, if_match)


@secrets.post(
    "/{id}/keys",
    status_code=201,
    responses=problems(BadRequest, NotFound, ScopeNotGrantable, TooManyKeys, Unprocessable),
)
async def create_key(
    id: UUID, body: KeyWrite, caller: ClientManager, session: WriteSession, request: Request
) -> KeyIssued:
    """Give an integration a second key, to replace the first without a pause. At most two work at a time."""
    return await _clients(request, session).add_key(id, body, caller)


@clients.delete("/{id}/keys/{key_id}", status_code=204, responses=problems(NotFound))
async def revoke_key(id: UUID, key_id: KeyId, caller: ClientManager, session: WriteSession, request: Request) -> None:
    """Revoke one key; it is refused within five seconds. The client and its other key go on."""
    await _clients(request, session).revoke_key(id, key_id)
