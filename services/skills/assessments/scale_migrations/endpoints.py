"""HTTP endpoints of scale migrations."""

from fastapi import Response

from services.skills.access import SkillsReader, SkillsWriter
from services.skills.assessments.scale_migrations.repository import ScaleMigrationRepository
from services.skills.assessments.scale_migrations.schemas import (
    ScaleMigrationPlan,
    ScaleMigrationRead,
    ScaleMigrationWrite,
)
from services.skills.assessments.scale_migrations.service import ScaleEntangled, ScaleMigrationService
from services.skills.taxonomy.frameworks.service import FrameworkService
from shared.clock import Now
from shared.database.sessions import LongWriteSession, ReadSession
from shared.errors import BadRequest, NotFound, PreconditionFailed, Unprocessable, problems
from shared.frame import Router
from shared.pagination import Page, Pages
from shared.references import IdPath

migrations = Router(prefix="/v1/frameworks/{id}/scale-migrations", tags=["Scales"])


@migrations.get("", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_scale_migrations(
    id: IdPath, caller: SkillsReader, session: ReadSession, paging: Pages
) -> Page[ScaleMigrationRead]:
    """The migrations of a framework, oldest first. Ratings that were given before one are read through its mapping."""
    framework = await FrameworkService(session).get(id)
    rows, cursor = await ScaleMigrationRepository(session).list_page(paging, framework.id)
    return Page(data=[ScaleMigrationRead.model_validate(row) for row in rows], next_cursor=cursor)


@migrations.post(
    "",
    status_code=201,
    responses={
        200: {"model": ScaleMigrationPlan, "description": "What would happen (dry_run)"},
        **problems(BadRequest, NotFound, ScaleEntangled, PreconditionFailed, Unprocessable),
    },
)
async def migrate_scale(
    id: IdPath, body: ScaleMigrationWrite, caller: SkillsWriter, session: LongWriteSession, now: Now, response: Response
) -> ScaleMigrationPlan:
    """Give a framework that is in use another scale, by a mapping of every level; with `dry_run` only count.

    The ledger is not rewritten: ratings keep the level and the scale that they were given on, and are read through
    the mapping when levels are worked out. Requirements are entered anew, those of before stay in the history.
    Decimals follow the straight line between two mapped levels. Everybody's levels follow within a moment.
    """
    plan = await ScaleMigrationService(session, caller, now).migrate(id, body)
    if plan.dry_run:
        response.status_code = 200
    else:
        response.headers["Location"] = f"/v1/frameworks/{plan.framework_ids[0]}/scale-migrations"
    return plan


routers = (migrations,)
