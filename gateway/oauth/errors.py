"""Errors of the token endpoint, in the form of RFC 6749 section 5.2."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse


class OAuthError(Exception):
    """`code` is one of the six of RFC 6749."""

    def __init__(self, code: str, description: str, *, status: int = 400, challenge: bool = False) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status
        self.challenge = challenge


class InvalidClient(OAuthError):
    """The client could not be authenticated; with Basic the answer must name the scheme."""

    def __init__(self) -> None:
        super().__init__("invalid_client", "Unknown client or wrong secret.", status=401, challenge=True)


async def on_oauth_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, OAuthError)
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    if error.challenge:
        headers["WWW-Authenticate"] = 'Basic realm="upskill"'
    body: dict[str, Any] = {"error": error.code, "error_description": error.description}
    return JSONResponse(body, status_code=error.status, headers=headers)
