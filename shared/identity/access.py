"""Authorisation that is visible in an endpoint's signature.

Each service names its aliases in `access.py`, for example
`SkillsWriter = Annotated[Principal, Depends(allow(Scope.SKILLS_WRITE))]`.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request

from shared.errors import Forbidden
from shared.identity.authentication import PRINCIPAL
from shared.identity.principal import Principal
from shared.identity.scopes import Scope

Access = Callable[[Request], Coroutine[Any, Any, Principal]]


def allow(*scopes: Scope, users: bool = False) -> Access:
    """Let in: clients with one of `scopes`, administrators, neighbouring services, and with `users` everybody
    who is signed in (what they may see of it is then decided by whose it is). Raises Forbidden.
    """

    async def authorise(request: Request) -> Principal:
        principal: Principal = request.scope[PRINCIPAL]
        if any(principal.has(scope) for scope in scopes) or (users and principal.kind == "user"):
            return principal
        raise Forbidden(f"This needs the scope {' or '.join(scopes)}.")

    authorise.__dict__["required"] = {"scopes": sorted(scopes), "users": users}
    return authorise


async def _internal(request: Request) -> Principal:
    principal: Principal = request.scope[PRINCIPAL]
    if principal.kind != "service":
        raise Forbidden("This is for the services of the suite.")
    return principal


async def _anybody(request: Request) -> Principal:
    principal: Principal = request.scope[PRINCIPAL]
    return principal


InternalCaller = Annotated[Principal, Depends(_internal)]
Anybody = Annotated[Principal, Depends(_anybody)]
"""Whoever comes through the gateway, whatever they may do; on public routes the gateway's own anonymous caller."""
