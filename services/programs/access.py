"""Who may call the programs service, as types for endpoint signatures."""

from typing import Annotated

from fastapi import Depends

from shared.identity.access import allow
from shared.identity.principal import Principal
from shared.identity.scopes import Scope

CatalogReader = Annotated[Principal, Depends(allow(Scope.PROGRAMS_READ, users=True))]
"""The catalogue is for everybody who is signed in; drafts are for those who make them."""
CatalogWriter = Annotated[Principal, Depends(allow(Scope.PROGRAMS_WRITE))]
Advised = Annotated[Principal, Depends(allow(Scope.PROGRAMS_READ, users=True))]
"""Recommendations are for everybody; whose gaps may be looked at is decided by the reporting line."""


def sees_drafts(caller: Principal) -> bool:
    """Whether the caller works on the catalogue. Others see a draft only when they own it."""
    return caller.has(Scope.PROGRAMS_READ) or caller.has(Scope.PROGRAMS_WRITE)
