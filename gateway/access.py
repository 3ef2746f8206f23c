"""Who may call the gateway's own endpoints, as types for endpoint signatures."""

from typing import Annotated

from fastapi import Depends

from gateway.events.rules import READING
from shared.identity.access import allow
from shared.identity.principal import Principal
from shared.identity.scopes import Scope

ClientManager = Annotated[Principal, Depends(allow(Scope.CLIENTS_WRITE))]
PeopleReader = Annotated[Principal, Depends(allow(Scope.PEOPLE_READ, users=True))]
EventReader = Annotated[Principal, Depends(allow(*READING))]
"""Those who may read something; what they hear of is what they may read."""
