"""Request and response bodies of the integrations."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from gateway.clients.rules import ClientStatus
from shared.identity.scopes import Scope
from shared.schemas import Instant, RequestBody, Resource, ResponseBody, Title

_EXAMPLE: dict[str, JsonValue] = {
    "title": "HRIS roster sync",
    "scopes": ["people:read", "people:write"],
    "expires_at": "2027-12-31T23:59:59Z",
    "requests_per_minute": 600,
}

Scopes = Annotated[
    list[Scope],
    Field(max_length=len(Scope), description="What it may do; as little as it needs.", examples=[["people:write"]]),
]
Expiry = Annotated[Instant | None, Field(description="When it stops working; null = never.")]
Rate = Annotated[
    int | None,
    Field(ge=1, le=1_000_000, description="Requests a minute; null = the installation's limit.", examples=[600]),
]


class ClientWrite(RequestBody):
    """An integration and what it may do."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    title: Title
    scopes: Scopes
    expires_at: Expiry = None
    requests_per_minute: Rate = None


class KeyWrite(RequestBody):
    """A further key."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"expires_at": "2027-12-31T23:59:59Z"}]})

    expires_at: Expiry = None


class KeyRead(ResponseBody):
    """A key without its secret."""

    id: str = Field(examples=["3f9c1b7a20de"], description="The part of the key that may be seen.")
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyIssued(KeyRead):
    """A new key. It is shown this once and cannot be read again."""

    api_key: str = Field(
        description="Send it as `Authorization: Bearer …`, or as the `client_secret` at `/oauth/token`.",
        examples=["upk_3f9c1b7a20de_hT2nE0v8mX4qkz"],
    )


class ClientRead(Resource):
    """An integration. Its `id` is the `client_id` at `/oauth/token`."""

    title: str = Field(examples=["HRIS roster sync"])
    scopes: list[str] = Field(examples=[["people:read", "people:write"]])
    status: ClientStatus
    expires_at: datetime | None
    requests_per_minute: int | None
    keys: list[KeyRead]
    deleted: bool = Field(default=False, description="True in delta sync when the client is revoked.")


class ClientIssued(ClientRead):
    """A new integration with its first key, which is shown this once."""

    api_key: str = Field(
        description="Send it as `Authorization: Bearer …`, or as the `client_secret` at `/oauth/token`.",
        examples=["upk_3f9c1b7a20de_hT2nE0v8mX4qkz"],
    )
