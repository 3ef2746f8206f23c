"""HTTP endpoints of the processing settings."""

from fastapi import Response

from services.skills.access import Administrator, SettingsReader
from services.skills.processing.schemas import ProcessingRead
from services.skills.processing.service import ProcessingService
from shared.contracts.skills.messages import ProcessingSwitches
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    BadRequest,
    PreconditionFailed,
    PreconditionRequired,
    Unprocessable,
    UnsupportedMediaType,
    problems,
)
from shared.etags import IfMatch, tag
from shared.frame import Router
from shared.identity.access import InternalCaller
from shared.merge_patch import Patch

settings = Router(prefix="/v1/settings/processing", tags=["Settings"])
internal = Router(prefix="/internal/settings/processing", include_in_schema=False)


@settings.get("")
async def get_processing_settings(caller: SettingsReader, session: ReadSession, response: Response) -> ProcessingRead:
    """Which processing of personal data is switched on. Everybody who is signed in may know."""
    found = await ProcessingService(session).read()
    tag(response, found.revision)
    return found


@settings.patch(
    "", responses=problems(BadRequest, PreconditionFailed, PreconditionRequired, UnsupportedMediaType, Unprocessable)
)
async def change_processing_settings(
    patch: Patch, caller: Administrator, session: WriteSession, if_match: IfMatch, response: Response
) -> ProcessingRead:
    """Switch processing of personal data on or off, by JSON merge patch. Needs If-Match.

    What is stored stays stored and is not used: peer ratings stop counting and count again when they are
    switched on, nobody is found as an expert, and leaders do not see aspirations.
    """
    found = await ProcessingService(session).patch(patch, if_match)
    tag(response, found.revision)
    return found


@internal.get("")
async def get_processing_switches(caller: InternalCaller, session: ReadSession) -> ProcessingSwitches:
    """The switches, for neighbouring services."""
    return await ProcessingService(session).switches()


routers = (settings, internal)
