"""Bodies of the token endpoint and of the documents under /.well-known."""

from typing import Any, Literal

from pydantic import BaseModel, Field


class TokenRead(BaseModel):
    """An access token (RFC 6749 section 5.1)."""

    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln"])
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a type of token
    expires_in: int = Field(description="Seconds.", examples=[3600])
    scope: str = Field(examples=["people:read people:write"])


class OAuthErrorRead(BaseModel):
    """An error of the token endpoint (RFC 6749 section 5.2)."""

    error: Literal[
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ]
    error_description: str = Field(examples=["Unknown client or wrong secret."])


class ServerMetadata(BaseModel):
    """What this authorization server can do (RFC 8414)."""

    issuer: str = Field(examples=["https://upskill.example"])
    token_endpoint: str = Field(examples=["https://upskill.example/oauth/token"])
    jwks_uri: str = Field(examples=["https://upskill.example/.well-known/jwks.json"])
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    service_documentation: str


class KeySetRead(BaseModel):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, Any]]
