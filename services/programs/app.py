"""Puts the programs service together."""

from fastapi import FastAPI

from services.programs.models import ProgramsTable
from shared.app import Service, create_service
from shared.clients.transports import Transports
from shared.identity.keys import Keyring
from shared.settings import Settings


def create_app(settings: Settings, keyring: Keyring, transports: Transports) -> FastAPI:
    """The programs service; its neighbours are reached by `transports`."""
    service = Service(
        name="programs",
        title="Upskill programs",
        description="What the organisation offers to learn.",
        metadata=ProgramsTable.metadata,
        routers=(),
    )
    return create_service(service, settings, keyring)
