"""The composition root: which parts there are and how they find one another."""

from collections.abc import Callable

from fastapi import FastAPI
from starlette.types import ASGIApp

from gateway.app import Gateway, create_gateway
from services.enrollment.app import create_app as create_enrollment
from services.programs.app import create_app as create_programs
from services.skills.app import create_app as create_skills
from shared.clients.transports import EmbeddedTransports, Transports
from shared.identity.keys import Keyring
from shared.settings import SERVICES, ServiceName, Settings

CREATE: dict[ServiceName, Callable[[Settings, Keyring, Transports], FastAPI]] = {
    "skills": create_skills,
    "programs": create_programs,
    "enrollment": create_enrollment,
}


def embedded_suite(settings: Settings, keyring: Keyring) -> Gateway:
    """The gateway with the three services inside: everything in one process."""
    apps: dict[ServiceName, ASGIApp] = {}
    transports = EmbeddedTransports(apps)
    for name in SERVICES:
        apps[name] = CREATE[name](settings, keyring, transports)
    return create_gateway(settings, keyring, apps)
