"""What an endpoint needs of the request alone (who calls, a session, the time, the languages) comes from the frame.

FastAPI's solver looks at each dependency for path, query, header, cookie and body parameters, caches and exit stacks;
for one that only reads the request this costs several times its own work, on every request. Such dependencies stay in
the signature and in the OpenAPI document as they are, and are called here, in the order of the signature, before the
body is read.
"""

import functools
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant

VALUES = "upskill.injected"
_REQUEST = "request_of_the_frame"


@dataclass(frozen=True, slots=True)
class Injection:
    """A parameter of an endpoint and the coroutine function that makes its value of the request."""

    name: str
    call: Any


def take_plain(dependant: Dependant) -> tuple[Injection, ...]:
    """Take the dependencies that read nothing but the request out of FastAPI's hands, and say which they are."""
    elsewhere = {deeper.call for other in dependant.dependencies for deeper in _below(other)}
    plain = [other for other in dependant.dependencies if _is_plain(other) and other.call not in elsewhere]
    if not plain:
        return ()
    dependant.dependencies = [other for other in dependant.dependencies if not any(other is one for one in plain)]
    _pass_values(dependant)
    return tuple(Injection(str(other.name), other.call) for other in plain)


async def provide(request: Request, injections: tuple[Injection, ...]) -> None:
    """Make the values; whatever a dependency raises (Forbidden, NotFound) is raised here."""
    request.scope[VALUES] = {one.name: await one.call(request) for one in injections}


def _pass_values(dependant: Dependant) -> None:
    """Let the endpoint be called with what FastAPI solved and what was provided."""
    endpoint: Any = dependant.call
    wants_request = dependant.request_param_name
    name = wants_request or _REQUEST

    @functools.wraps(endpoint)
    async def call(**solved: Any) -> Any:
        request = solved[name] if wants_request else solved.pop(name)
        return await endpoint(**solved, **request.scope[VALUES])

    dependant.request_param_name = name
    dependant.call = call


def _is_plain(dependant: Dependant) -> bool:
    needs_more = (
        dependant.path_params,
        dependant.query_params,
        dependant.header_params,
        dependant.cookie_params,
        dependant.body_params,
        dependant.dependencies,
        dependant.response_param_name,
        dependant.background_tasks_param_name,
        dependant.http_connection_param_name,
        dependant.websocket_param_name,
        dependant.security_scopes_param_name,
    )
    reads_request = dependant.request_param_name == "request" and inspect.iscoroutinefunction(dependant.call)
    return dependant.name is not None and reads_request and not any(needs_more)


def _below(dependant: Dependant) -> Iterator[Dependant]:
    for other in dependant.dependencies:
        yield other
        yield from _below(other)
