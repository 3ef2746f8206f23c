"""Who may call the skills service, as types for endpoint signatures."""

from typing import Annotated

from fastapi import Depends

from shared.identity.access import allow
from shared.identity.principal import Principal
from shared.identity.scopes import Scope

SkillsReader = Annotated[Principal, Depends(allow(Scope.SKILLS_READ, users=True))]
"""The taxonomy and the roles are for everybody who is signed in."""
SkillsWriter = Annotated[Principal, Depends(allow(Scope.SKILLS_WRITE))]
PeopleReader = Annotated[Principal, Depends(allow(Scope.PEOPLE_READ, users=True))]
"""Clients read everybody; users themselves and those who report to them, all levels down."""
PeopleWriter = Annotated[Principal, Depends(allow(Scope.PEOPLE_WRITE))]
OwnWriter = Annotated[Principal, Depends(allow(Scope.PEOPLE_WRITE, users=True))]
"""Clients write for everybody; users what is theirs to decide."""
RatingsWriter = Annotated[Principal, Depends(allow(Scope.RATINGS_WRITE, users=True))]
"""Clients send ratings of other systems; users rate as themselves."""
CycleReader = Annotated[Principal, Depends(allow(Scope.PEOPLE_READ, Scope.RATINGS_WRITE, users=True))]
CycleManager = Annotated[Principal, Depends(allow(Scope.RATINGS_WRITE))]
ReportsReader = Annotated[Principal, Depends(allow(Scope.REPORTS_READ, Scope.PEOPLE_READ, users=True))]
"""Clients read aggregates of everybody; users those of the people who report to them, all levels down."""
Administrator = Annotated[Principal, Depends(allow(Scope.ADMIN))]
SettingsReader = Annotated[Principal, Depends(allow(Scope.SKILLS_READ, Scope.PEOPLE_READ, users=True))]
"""What the organisation does with personal data is no secret from those whose data it is."""
