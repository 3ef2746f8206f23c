"""Pure ASGI middleware: nobody passes who has not shown who they are, before a byte of the body is read."""

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.identity.authenticator import Authenticator
from gateway.identity.caller import ANONYMOUS, Caller
from gateway.proxy.headers import find_header
from gateway.scope import route_of, set_caller
from shared.errors import REQUEST_ID, Problem, Unauthenticated


class Identify:
    """Puts the caller into the scope, or answers 401."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        self._app = app
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            caller = await self._identify(scope)
        except Problem as problem:
            await problem.response(scope.get(REQUEST_ID))(scope, receive, send)
            return
        set_caller(scope, caller)
        await self._app(scope, receive, send)

    async def _identify(self, scope: Scope) -> Caller:
        if route_of(scope).public:
            return Caller(ANONYMOUS)
        shown = find_header(scope["headers"], b"authorization")
        if shown is None:
            raise Unauthenticated("Send an API key or an access token as `Authorization: Bearer …`.")
        scheme, _, token = shown.partition(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise Unauthenticated("Only the Bearer scheme is understood here.")
        return await self._authenticator.identify(token.strip().decode("latin-1"))
