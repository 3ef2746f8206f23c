"""Pure ASGI middleware of a service: no valid internal token, no way in."""

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import REQUEST_ID, Unauthenticated
from shared.identity.tokens import TokenVerifier

PRINCIPAL = "upskill.principal"
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json"})
_BEARER = b"bearer "


class Authentication:
    """Puts the verified principal into the scope, or answers 401 before anything is read."""

    def __init__(self, app: ASGIApp, verifier: TokenVerifier) -> None:
        self.app = app
        self.verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        try:
            scope[PRINCIPAL] = self.verifier.verify(_bearer_token(scope))
        except Unauthenticated as problem:
            await problem.response(scope.get(REQUEST_ID))(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _bearer_token(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == _BEARER:
            return str(value[7:].decode("latin-1"))
    raise Unauthenticated("Send a bearer token.")
