"""Puts the enrollment service together."""

from fastapi import FastAPI

from services.enrollment.models import EnrollmentTable
from shared.app import Service, create_service
from shared.clients.transports import Transports
from shared.identity.keys import Keyring
from shared.settings import Settings


def create_app(settings: Settings, keyring: Keyring, transports: Transports) -> FastAPI:
    """The enrollment service; its neighbours are reached by `transports`."""
    service = Service(
        name="enrollment",
        title="Upskill enrollment",
        description="Who takes part, and what came of it.",
        metadata=EnrollmentTable.metadata,
        routers=(),
    )
    return create_service(service, settings, keyring)
