"""The little that this service asks of the skills service."""

from collections.abc import Iterable
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Depends, Request

from shared.contracts.skills.messages import GapList, PersonSummary, ReportingLine, RoleSummary, SkillSummary


class SkillsService(Protocol):
    """Every method raises NotFound for an unknown reference unless it says otherwise, and Unavailable."""

    async def list_skills(self, references: Iterable[str | UUID]) -> dict[str, SkillSummary]:
        """Skills by reference; unknown ones are absent."""
        ...

    async def get_role(self, reference: str | UUID) -> RoleSummary: ...

    async def get_person(self, reference: str | UUID) -> PersonSummary: ...

    async def get_reporting_line(self, person: str | UUID) -> ReportingLine: ...

    async def get_gaps(
        self, person: str | UUID, role: str | UUID | None = None, horizon: str | None = None
    ) -> GapList: ...


async def _skills(request: Request) -> SkillsService:
    skills: SkillsService = request.app.state.skills
    return skills


Skills = Annotated[SkillsService, Depends(_skills)]
