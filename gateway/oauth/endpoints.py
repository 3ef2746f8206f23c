"""OAuth 2: access tokens for clients, and the documents by which libraries find them."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from gateway.clients.directory import ClientDirectory
from gateway.oauth.errors import InvalidClient, OAuthError
from gateway.oauth.rules import GRANT_TYPE, granted_scopes, read_credentials
from gateway.oauth.schemas import KeySetRead, OAuthErrorRead, ServerMetadata, TokenRead
from gateway.oauth.tokens import LIFETIME_SECONDS, AccessTokens
from shared.identity.scopes import Scope

FORM = "application/x-www-form-urlencoded"
_OPEN: dict[str, Any] = {"security": []}
_FORM_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": [GRANT_TYPE]},
                        "scope": {"type": "string", "description": "Separated by blanks; absent = all it has."},
                        "client_id": {"type": "string", "description": "Unless HTTP Basic is used."},
                        "client_secret": {"type": "string", "description": "An API key of the client."},
                    },
                },
                "example": {"grant_type": GRANT_TYPE, "scope": "people:read people:write"},
            }
        },
    }
}
CallerAuthorization = Header(alias="X-Upskill-Caller-Authorization", include_in_schema=False)

router = APIRouter(tags=["OAuth"])


@router.post(
    "/oauth/token",
    openapi_extra={**_OPEN, **_FORM_BODY},
    responses={"default": {"model": OAuthErrorRead, "description": "400 or 401 as RFC 6749 section 5.2 has them"}},
)
async def create_token(
    request: Request, response: Response, shown: Annotated[str | None, CallerAuthorization] = None
) -> TokenRead:
    """Exchange a client's id and API key for an access token of one hour (client credentials, RFC 6749 section 4.4).

    The client shows itself by HTTP Basic or by the form fields `client_id` and `client_secret`; the secret is one
    of its API keys. Errors have the form of RFC 6749 section 5.2.
    """
    form = await _read_form(request)
    if form.get("grant_type") is None:
        raise OAuthError("invalid_request", "grant_type is missing.")
    if form["grant_type"] != GRANT_TYPE:
        raise OAuthError("unsupported_grant_type", f"Only {GRANT_TYPE} is offered.")
    directory: ClientDirectory = request.app.state.directory
    tokens: AccessTokens = request.app.state.access_tokens
    credentials = read_credentials(shown, form)
    client = await directory.find_by_key(credentials.client_secret)
    if client is None or str(client.id) != credentials.client_id:
        raise InvalidClient
    scopes = granted_scopes(form.get("scope"), frozenset(client.scopes))
    response.headers["Cache-Control"] = "no-store"
    return TokenRead(
        access_token=tokens.issue(UUID(str(client.id)), scopes),
        expires_in=LIFETIME_SECONDS,
        scope=" ".join(sorted(scopes)),
    )


@router.get("/.well-known/oauth-authorization-server", openapi_extra=_OPEN)
async def read_metadata(request: Request) -> ServerMetadata:
    """What this authorization server can do (RFC 8414)."""
    issuer: str = request.app.state.settings.public_base
    return ServerMetadata(
        issuer=issuer,
        token_endpoint=f"{issuer}/oauth/token",
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        scopes_supported=[str(scope) for scope in Scope],
        response_types_supported=["none"],
        grant_types_supported=[GRANT_TYPE],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
        service_documentation=f"{issuer}/docs",
    )


@router.get("/.well-known/jwks.json", include_in_schema=False)
async def read_keys(request: Request) -> KeySetRead:
    """The public keys by which others can verify access tokens of this installation."""
    tokens: AccessTokens = request.app.state.access_tokens
    return KeySetRead.model_validate(tokens.public_keys())


async def _read_form(request: Request) -> Mapping[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request", f"Send the parameters as {FORM}.")
    try:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise OAuthError("invalid_request", "The body is not a form.") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthError("invalid_request", "A parameter is there twice.")
    return form
