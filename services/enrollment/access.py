"""Who may call the enrollment service, as types for endpoint signatures."""

from typing import Annotated

from fastapi import Depends

from shared.identity.access import allow
from shared.identity.principal import Principal
from shared.identity.scopes import Scope

EnrollmentsReader = Annotated[Principal, Depends(allow(Scope.ENROLLMENTS_READ, users=True))]
"""Signed-in users see what is theirs: as participant, leader, approver or facilitator."""
EnrollmentsActor = Annotated[Principal, Depends(allow(Scope.ENROLLMENTS_WRITE, users=True))]
"""What a signed-in user may do is decided by whose enrollment it is."""
EnrollmentsWriter = Annotated[Principal, Depends(allow(Scope.ENROLLMENTS_WRITE))]
"""Organisers and learning systems."""

EnrollmentsAdministrator = Annotated[Principal, Depends(allow(Scope.ADMIN))]
"""L&D administrators: what holds for everybody's requests."""
