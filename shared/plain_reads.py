"""Reads that ask for nothing but what stands in the address are answered on a short way.

FastAPI's request handler is ready for bodies, forms, streams, generators, background tasks and exit stacks, and a read
by key pays for that more than for its own work. Whether an endpoint needs any of it is known when its route is made.
Where it does not, parameters are read and answers are written by FastAPI's own functions, with nothing in between;
everything else, and the OpenAPI document, is as it would be.
"""

import inspect
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.routing import APIRoute

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def is_plain_read(route: APIRoute) -> bool:
    """Whether the endpoint is a GET of JSON that takes only parameters, the request and the response."""
    tree = list(_tree(route.dependant))
    return (
        route.methods == {"GET"}
        and route.response_field is not None
        and isinstance(route.response_class, DefaultPlaceholder)
        and not (route.is_sse_stream or route.is_json_stream or route.response_model_exclude_none)
        and all(_is_plain(dependant, route) for dependant in tree)
        and len({id(dependant.call) for dependant in tree}) == len(tree)
    )


def plain_read(route: APIRoute) -> Handler:
    """What answers such a route. Raises RequestValidationError as FastAPI's own handler does."""
    call, field, status = _Call(route.dependant), route.response_field, route.status_code or 200
    assert field is not None

    async def read(request: Request) -> Response:
        told = Response(status_code=status)
        found = await call(request, told)
        if isinstance(found, Response):
            return found
        valid, errors = field.validate(found, {}, loc=("response",))
        if errors:
            raise ResponseValidationError(errors=errors, body=found)
        response = Response(field.serialize_json(valid), told.status_code, media_type="application/json")
        response.raw_headers += [pair for pair in told.raw_headers if pair[0] != b"content-length"]
        return response

    return read


class _Call:
    """A function with the parameters it is called with, found out once."""

    def __init__(self, dependant: Dependant) -> None:
        self._function: Any = dependant.call
        self._dependencies = [(str(other.name), _Call(other)) for other in dependant.dependencies]
        self._path = [(field.name, field.alias, field) for field in dependant.path_params]
        self._query = [_Parameter(field) for field in dependant.query_params]
        self._headers = dependant.header_params
        self._request_name = dependant.request_param_name
        self._response_name = dependant.response_param_name

    async def __call__(self, request: Request, response: Response) -> Any:
        """Raises RequestValidationError naming every parameter that is wrong, those of dependencies included."""
        errors: list[Any] = []
        values = await self._arguments(request, response, errors)
        if errors:
            raise RequestValidationError(errors)
        return await self._function(**values)

    async def _arguments(self, request: Request, response: Response, errors: list[Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, other in self._dependencies:
            before = len(errors)
            arguments = await other._arguments(request, response, errors)
            if len(errors) == before:
                values[name] = await other._function(**arguments)
        for name, alias, field in self._path:
            values[name], faults = field.validate(request.path_params[alias], values, loc=("path", alias))
            errors += faults
        if self._query:
            received = request.query_params
            asked = [one.field for one in self._query if not one.is_left_out(received, values)]
            if asked:
                _take(asked, received, values, errors)
        if self._headers:
            _take(self._headers, request.headers, values, errors)
        if self._request_name:
            values[self._request_name] = request
        if self._response_name:
            values[self._response_name] = response
        return values


class _Parameter:
    """A query parameter, with its default where it may be left out, as most are in most requests."""

    def __init__(self, field: Any) -> None:
        self.field = field
        info = field.field_info
        self._names = {field.name, field.alias, *filter(None, [info.alias, info.validation_alias])}
        self._is_optional = not info.is_required() and isinstance(info.default, (str, int, float, bool, type(None)))

    def is_left_out(self, received: Any, values: dict[str, Any]) -> bool:
        """Whether the caller left it out; then its value is the default."""
        if not self._is_optional or any(name in received for name in self._names):
            return False
        values[self.field.name] = self.field.field_info.default
        return True


def _take(fields: Any, received: Any, values: dict[str, Any], errors: list[Any]) -> None:
    found, faults = request_params_to_args(fields, received)
    values |= found
    errors += faults


def _tree(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for other in dependant.dependencies:
        yield from _tree(other)


def _is_plain(dependant: Dependant, route: APIRoute) -> bool:
    needs_more = (
        dependant.cookie_params,
        dependant.body_params,
        dependant.background_tasks_param_name,
        dependant.http_connection_param_name,
        dependant.websocket_param_name,
        dependant.security_scopes_param_name,
    )
    named = all(field.alias in route.param_convertors for field in dependant.path_params)
    return named and inspect.iscoroutinefunction(dependant.call) and not any(needs_more)
