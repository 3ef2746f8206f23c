"""Puts the programs service together."""

from fastapi import FastAPI

from services.programs.catalog import endpoints as catalog
from services.programs.models import ProgramsTable
from services.programs.recommendations import endpoints as recommendations
from shared.app import Service, create_service
from shared.clients.transports import Transports
from shared.contracts.skills.client import SkillsClient
from shared.identity.keys import Keyring
from shared.identity.tokens import TokenSigner
from shared.settings import Settings


def create_app(settings: Settings, keyring: Keyring, transports: Transports) -> FastAPI:
    """The programs service; its neighbours are reached by `transports`."""

    async def prepare(app: FastAPI) -> None:
        skills = SkillsClient.connect(transports, TokenSigner("programs", keyring))
        app.state.closing.push_async_callback(skills.http.aclose)
        app.state.skills = skills

    service = Service(
        name="programs",
        title="Upskill programs",
        description="What the organisation offers to learn.",
        metadata=ProgramsTable.metadata,
        routers=(*catalog.routers, *recommendations.routers),
        tags=(
            {"name": "Programs", "description": "The catalogue: programs of six formats in one place."},
            {"name": "Recommendations", "description": "Which programs close which gaps, how well, and why."},
        ),
        prepare=prepare,
    )
    return create_service(service, settings, keyring)
