"""Puts the skills service together."""

from fastapi import FastAPI

from services.skills.models import SkillsTable
from services.skills.taxonomy import endpoints as taxonomy
from shared.app import Service, create_service
from shared.clients.transports import Transports
from shared.identity.keys import Keyring
from shared.settings import Settings

SERVICE = Service(
    name="skills",
    title="Upskill skills",
    description="What the organisation knows about skills and about who has them.",
    metadata=SkillsTable.metadata,
    routers=(*taxonomy.routers,),
    tags=(
        {"name": "Frameworks", "description": "Bodies of skills with one publisher and one scale."},
        {"name": "Scales", "description": "Ordered, described levels."},
        {"name": "Skills", "description": "Skills, their labels and how they relate."},
    ),
)


def create_app(settings: Settings, keyring: Keyring, transports: Transports) -> FastAPI:
    """The skills service. It calls nobody, so the transports stay unused: every service is made alike."""
    return create_service(SERVICE, settings, keyring)
