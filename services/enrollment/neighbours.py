"""The services that this one asks, as types for endpoint signatures. Clients are opened once per process."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from shared.contracts.programs.client import ProgramsClient
from shared.contracts.skills.client import SkillsClient


async def _skills(request: Request) -> SkillsClient:
    return cast(SkillsClient, request.app.state.skills)


async def _programs(request: Request) -> ProgramsClient:
    return cast(ProgramsClient, request.app.state.programs)


async def _now(request: Request) -> datetime:
    return cast(datetime, request.app.state.clock())


Skills = Annotated[SkillsClient, Depends(_skills)]
Programs = Annotated[ProgramsClient, Depends(_programs)]
Now = Annotated[datetime, Depends(_now)]
"""The time of the request, by the service's clock."""
