"""Puts the enrollment service together."""

from functools import partial

from fastapi import FastAPI

from services.enrollment.approvals import endpoints as approvals
from services.enrollment.approvals import reactions as approvals_reactions
from services.enrollment.approvals.clockwork import ApprovalClockwork
from services.enrollment.credentials import endpoints as credentials
from services.enrollment.credentials import reactions as credentials_reactions
from services.enrollment.credentials.service import Badger
from services.enrollment.enrollments import endpoints as enrollments
from services.enrollment.enrollments.clockwork import EnrollmentClockwork
from services.enrollment.enrollments.moves import Reaction
from services.enrollment.enrollments.seats import on_changed_offering
from services.enrollment.evidence.consumers import evidence_consumer
from services.enrollment.followups import endpoints as followups
from services.enrollment.followups import reactions as followups_reactions
from services.enrollment.followups.clockwork import FollowUpClockwork
from services.enrollment.models import EnrollmentTable
from services.enrollment.offerings import endpoints as offerings
from services.enrollment.plans import endpoints as plans
from services.enrollment.plans import reactions as plans_reactions
from services.enrollment.scorecards import endpoints as scorecards
from shared.app import Service, Worker, create_service
from shared.clients.transports import Transports
from shared.clock import Clock, utc_now
from shared.contracts.programs.client import ProgramsClient
from shared.contracts.skills.client import SkillsClient
from shared.events.consumer import Consumer
from shared.identity.keys import Keyring
from shared.identity.tokens import TokenSigner
from shared.settings import Settings

REACTIONS: tuple[Reaction, ...] = (
    plans_reactions.react,
    credentials_reactions.react,
    followups_reactions.react,
    approvals_reactions.react,
)
"""What follows from a move, in this order. Approvals come last: a policy may approve within its reaction."""


def create_app(settings: Settings, keyring: Keyring, transports: Transports, *, clock: Clock = utc_now) -> FastAPI:
    """The enrollment service; its neighbours are reached by `transports`."""
    service = Service(
        name="enrollment",
        title="Upskill enrollment",
        description="Who takes part, and what came of it.",
        metadata=EnrollmentTable.metadata,
        routers=(
            *offerings.routers,
            *enrollments.routers,
            *approvals.routers,
            *plans.routers,
            *credentials.routers,
            *followups.routers,
            *scorecards.routers,
        ),
        tags=(
            {"name": "Offerings", "description": "Runs of programs, with their seats and their waitlist."},
            {"name": "Enrollments", "description": "One person's participation, from the request to the evidence."},
            {"name": "Approvals", "description": "Who is asked, until when, and many answers at once."},
            {"name": "Plans", "description": "Development plans: skills to reach, programs, due days, the review."},
            {"name": "Credentials", "description": "Open Badges 3.0, given on completion, verifiable offline."},
            {"name": "Follow-ups", "description": "What leaders owe after an approval and a completion."},
            {"name": "Leaders", "description": "How leaders stand by the learning of their people."},
            {"name": "Discovery", "description": "What others need to trust this installation."},
        ),
        prepare=partial(_prepare, transports=transports),
        consumers=_consumers,
        workers=_workers,
    )
    return create_service(service, settings, keyring, clock=clock)


async def _prepare(app: FastAPI, transports: Transports) -> None:
    signer = TokenSigner("enrollment", app.state.keyring)
    app.state.skills = SkillsClient.connect(transports, signer)
    app.state.programs = ProgramsClient.connect(transports, signer)
    for client in (app.state.skills, app.state.programs):
        app.state.closing.push_async_callback(client.http.aclose)
    app.state.badger = Badger.of(app.state.settings, app.state.keyring)
    app.state.reactions = REACTIONS
    app.state.on_changed_offering = on_changed_offering(REACTIONS)


def _consumers(app: FastAPI) -> list[Consumer]:
    return [evidence_consumer(app.state.database, app.state.skills)]


def _workers(app: FastAPI) -> list[Worker]:
    database, clock = app.state.database, app.state.clock
    return [
        EnrollmentClockwork(database, REACTIONS, clock),
        ApprovalClockwork(database, REACTIONS, clock),
        FollowUpClockwork(database, app.state.skills, clock),
    ]
