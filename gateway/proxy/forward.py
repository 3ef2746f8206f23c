"""The last step of every request: call the service that owns the route, in this process or another."""

from collections.abc import Callable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.proxy.headers import Header, find_header, request_headers, response_headers, valid_traceparent
from gateway.routing.table import Owner
from gateway.scope import answer_headers, caller_of, route_of
from shared.errors import REQUEST_ID
from shared.identity.principal import Principal
from shared.observability.logging import get_logger

log = get_logger(__name__)
# An ASGI scope holds what servers and frameworks left there; a service is given only what HTTP says.
_PASSED = ("type", "asgi", "http_version", "scheme", "path", "raw_path", "query_string", "client", "server")
_NO_SNIFFING: Header = (b"x-content-type-options", b"nosniff")
SHOWN = b"x-upskill-caller-authorization"

SignToken = Callable[[Principal, str], str]


class Forward:
    """Calls the owner's application with the gateway's word for who calls.

    `sign(principal, audience)` makes the internal token, which is good for that one service.
    """

    def __init__(self, upstreams: Mapping[Owner, ASGIApp], sign: SignToken) -> None:
        self._upstreams = upstreams
        self._sign = sign

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        owner = route_of(scope).owner
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                added = [*answer_headers(scope), _NO_SNIFFING]
                message = {**message, "headers": response_headers(message.get("headers", ()), added)}
            await send(message)

        try:
            await self._upstreams[owner](self._request(scope, owner), receive, send_on)
        except Exception:
            # A service in this process answers 500 by itself and then raises what it caught.
            if not started:
                raise
            log.exception("upstream.raised", service=owner)

    def _request(self, scope: Scope, owner: Owner) -> Scope:
        forwarded = {key: scope[key] for key in _PASSED if key in scope}
        forwarded["method"] = "GET" if scope["method"] == "HEAD" else scope["method"]
        forwarded["root_path"] = ""
        forwarded["extensions"] = {}
        forwarded["headers"] = request_headers(scope["headers"], self._added(scope, owner))
        return forwarded

    def _added(self, scope: Scope, owner: Owner) -> list[Header]:
        token = self._sign(caller_of(scope).principal, owner)
        added = [(b"x-request-id", scope[REQUEST_ID].encode()), (b"authorization", b"Bearer " + token.encode())]
        trace = valid_traceparent(find_header(scope["headers"], b"traceparent"))
        if trace is not None:
            added.append((b"traceparent", trace))
        if owner is Owner.GATEWAY and route_of(scope).public:
            # The token endpoint is where callers show who they are, so it must see what they show.
            shown = find_header(scope["headers"], b"authorization")
            added.extend([(SHOWN, shown)] if shown is not None else [])
        return added
