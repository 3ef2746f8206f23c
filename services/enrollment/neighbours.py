"""The services that this one asks, as types for endpoint signatures. Clients are opened once per process."""

from typing import Annotated, cast

from fastapi import Depends, Request

from shared.contracts.programs.client import ProgramsClient
from shared.contracts.skills.client import SkillsClient


async def _skills(request: Request) -> SkillsClient:
    return cast(SkillsClient, request.app.state.skills)


async def _programs(request: Request) -> ProgramsClient:
    return cast(ProgramsClient, request.app.state.programs)


Skills = Annotated[SkillsClient, Depends(_skills)]
Programs = Annotated[ProgramsClient, Depends(_programs)]
