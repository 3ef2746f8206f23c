"""HTTP endpoints of the rating policy."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.skills.access import CycleManager, SkillsReader
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.schemas import PolicyRead, PolicyWrite
from services.skills.assessments.policies.service import create_policy
from shared.clock import Now
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import BadRequest, Conflict, NotFound, Unprocessable, problems
from shared.etags import created, tag
from shared.frame import Router
from shared.pagination import Page, Pages, UpdatedSince

Versions = Annotated[
    str | None, Query(description="Versions, separated by commas.", pattern=r"^\d{1,9}(,\d{1,9})*$", max_length=2000)
]
policies = Router(prefix="/v1/rating-policies", tags=["Rating policies"])


@policies.get("", responses=problems(BadRequest, Unprocessable))
async def list_rating_policies(
    caller: SkillsReader, session: ReadSession, paging: Pages, ids: Versions = None, updated_since: UpdatedSince = None
) -> Page[PolicyRead]:
    """List the versions of the rating policy, oldest first; the last one is in force."""
    rows, cursor = await PolicyRepository(session).list_page(paging, _numbers(ids), updated_since)
    return Page(data=[PolicyRead.model_validate(row) for row in rows], next_cursor=cursor)


@policies.post("", status_code=201, responses=problems(BadRequest, Conflict, Unprocessable))
async def create_rating_policy(
    body: PolicyWrite, caller: CycleManager, session: WriteSession, now: Now, response: Response
) -> PolicyRead:
    """Put a new version of the policy in force. Versions are never changed; past days keep the one they had."""
    policy = await create_policy(session, body, caller, now)
    created(response, f"/v1/rating-policies/{policy.version}", policy.version)
    return policy


@policies.get("/{version}", responses=problems(NotFound, Unprocessable))
async def get_rating_policy(
    version: Annotated[int, Path(ge=1, le=2**31 - 1)], caller: SkillsReader, session: ReadSession, response: Response
) -> PolicyRead:
    """One version of the rating policy."""
    policy = PolicyRead.model_validate(await PolicyRepository(session).get(version))
    tag(response, policy.version)
    return policy


def _numbers(versions: str | None) -> list[int] | None:
    return None if versions is None else [int(version) for version in versions.split(",")]


routers = (policies,)
