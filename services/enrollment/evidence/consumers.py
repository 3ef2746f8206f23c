"""Carries what was learned to the skills service: consumes this service's own facts, in order per enrollment."""

from services.enrollment.evidence.service import EvidenceService
from shared.contracts.enrollment.events import EnrollmentCompleted, EnrollmentRevoked
from shared.contracts.skills.client import SkillsClient
from shared.database.engines import Database
from shared.events.consumer import Consumer
from shared.events.feed import Feed, LocalFeed

NAME = "evidence"
TYPES = frozenset({EnrollmentCompleted.type, EnrollmentRevoked.type})


def evidence_consumer(database: Database, skills: SkillsClient, feed: Feed | None = None) -> Consumer:
    """The consumer; its feed is the service's own log unless a test gives another."""
    service = EvidenceService(skills)
    return Consumer(
        NAME,
        database,
        feed or LocalFeed(database, TYPES),
        {EnrollmentCompleted.type: service.on_completed, EnrollmentRevoked.type: service.on_revoked},
    )
