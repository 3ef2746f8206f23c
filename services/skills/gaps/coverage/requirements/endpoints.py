"""HTTP endpoints of coverage requirements."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from services.skills.access import ReportsReader, SkillsWriter
from services.skills.gaps.coverage.requirements.schemas import CoverageRequirementRead, CoverageRequirementWrite
from services.skills.gaps.coverage.requirements.service import CoverageRequiredTwice, CoverageRequirementService
from shared.clock import Now
from shared.database.sessions import ScanSession, WriteSession
from shared.errors import CHANGE_PROBLEMS, BadRequest, NotFound, Unprocessable, problems
from shared.etags import IfMatch, created, tag
from shared.frame import Router
from shared.languages import Languages
from shared.merge_patch import Patch
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import Ids, Reference

requirements = Router(prefix="/v1/coverage/requirements", tags=["Coverage"])
RequirementId = Annotated[UUID, Path()]


@requirements.get("", responses=problems(BadRequest, Unprocessable))
async def list_coverage_requirements(
    caller: ReportsReader,
    session: ScanSession,
    paging: Pages,
    languages: Languages,
    now: Now,
    org_unit_id: Annotated[Reference | None, Query(description="Only of this very unit.")] = None,
    manager_id: Annotated[Reference | None, Query(description="Only of this manager's team.")] = None,
    skill_id: Annotated[Reference | None, Query(description="Only this skill.")] = None,
    ids: Ids = None,
    updated_since: UpdatedSince = None,
    met: Annotated[
        bool | None, Query(description="Only those that are met today, or that are not; hidden outcomes are neither.")
    ] = None,
) -> Page[CoverageRequirementRead]:
    """How many people of a unit or a team must hold a skill at a level, and whether they do today.

    Leaders see those of their team, of the teams below it, and of units in which all people are theirs. Who may
    read aggregates only gets no figures that fewer than five people stand behind.
    """
    service = CoverageRequirementService(session, caller, now, languages)
    return await service.list_page(paging, org_unit_id, manager_id, skill_id, ids, updated_since, met)


@requirements.post("", status_code=201, responses=problems(BadRequest, CoverageRequiredTwice, Unprocessable))
async def create_coverage_requirement(
    body: CoverageRequirementWrite,
    caller: SkillsWriter,
    session: WriteSession,
    now: Now,
    languages: Languages,
    response: Response,
) -> CoverageRequirementRead:
    """Require that at least so many people of a unit, or of a team, hold a skill at a level."""
    requirement = await CoverageRequirementService(session, caller, now, languages).create(body)
    created(response, f"/v1/coverage/requirements/{requirement.id}", requirement.revision)
    return requirement


@requirements.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_coverage_requirement(
    id: RequirementId, caller: ReportsReader, session: ScanSession, now: Now, languages: Languages, response: Response
) -> CoverageRequirementRead:
    """One coverage requirement, with how it stands today."""
    requirement = await CoverageRequirementService(session, caller, now, languages).get(id)
    tag(response, requirement.revision, requirement.model_dump_json())
    return requirement


@requirements.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, CoverageRequiredTwice))
async def change_coverage_requirement(
    id: RequirementId,
    patch: Patch,
    caller: SkillsWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    languages: Languages,
    response: Response,
) -> CoverageRequirementRead:
    """Change fields of a coverage requirement by JSON merge patch. Needs If-Match."""
    requirement = await CoverageRequirementService(session, caller, now, languages).patch(id, patch, if_match)
    tag(response, requirement.revision, requirement.model_dump_json())
    return requirement


@requirements.delete("/{id}", status_code=204, responses=problems(*CHANGE_PROBLEMS))
async def delete_coverage_requirement(
    id: RequirementId, caller: SkillsWriter, session: WriteSession, now: Now, if_match: IfMatch
) -> None:
    """Ask for it no longer. Needs If-Match."""
    await CoverageRequirementService(session, caller, now).delete(id, if_match)


routers = (requirements,)
