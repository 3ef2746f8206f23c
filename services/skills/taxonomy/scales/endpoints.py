"""HTTP endpoints of scales."""

from fastapi import Response

from services.skills.access import SkillsReader, SkillsWriter
from services.skills.taxonomy.scales.repository import ScaleRepository
from services.skills.taxonomy.scales.schemas import ScaleCreate, ScaleRead
from services.skills.taxonomy.scales.service import ScaleService
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    BadRequest,
    NotFound,
    Unprocessable,
    problems,
)
from shared.etags import created, tag
from shared.frame import Router
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import IdPath, Ids, References

router = Router(prefix="/v1/scales", tags=["Scales"])


@router.get("", responses=problems(BadRequest, Unprocessable))
async def list_scales(
    caller: SkillsReader, session: ReadSession, paging: Pages, ids: Ids = None, updated_since: UpdatedSince = None
) -> Page[ScaleRead]:
    """List the scales. The built-in one of five levels is in every installation."""
    wanted = await References(session, "scale").chosen(ids)
    rows, cursor = await ScaleRepository(session).list_page(paging, wanted, updated_since)
    return Page(data=[ScaleRead.model_validate(row) for row in rows], next_cursor=cursor)


@router.post("", status_code=201, responses=problems(BadRequest, Unprocessable))
async def create_scale(body: ScaleCreate, caller: SkillsWriter, session: WriteSession, response: Response) -> ScaleRead:
    """Create a scale of ordered, described levels. Level 0 lies below every scale and needs no description."""
    scale = await ScaleService(session).create(body)
    created(response, f"/v1/scales/{scale.id}", scale.revision)
    return scale


@router.get("/{id}", responses=problems(NotFound))
async def get_scale(id: IdPath, caller: SkillsReader, session: ReadSession, response: Response) -> ScaleRead:
    """One scale with its levels."""
    scale = await ScaleService(session).get(id)
    tag(response, scale.revision)
    return scale


routers = (router,)
