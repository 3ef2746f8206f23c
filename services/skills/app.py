"""Puts the skills service together."""

from fastapi import FastAPI

from services.skills.assessments.cycles import endpoints as cycles
from services.skills.assessments.cycles.comparison import endpoints as comparison
from services.skills.assessments.cycles.invitations import endpoints as invitations
from services.skills.assessments.cycles.invitations.worker import ReminderTeller, TallyWatch
from services.skills.assessments.exemptions import endpoints as exemptions
from services.skills.assessments.exemptions.worker import SetAsideWatch
from services.skills.assessments.levels import endpoints as levels
from services.skills.assessments.levels.consumers import PeerSwitch
from services.skills.assessments.levels.worker import LevelWatch
from services.skills.assessments.policies import endpoints as policies
from services.skills.assessments.ratings import endpoints as ratings
from services.skills.assessments.scale_migrations import endpoints as scale_migrations
from services.skills.gaps import endpoints as gaps
from services.skills.gaps.coverage import endpoints as coverage
from services.skills.gaps.coverage.requirements import endpoints as coverage_requirements
from services.skills.gaps.experts import endpoints as experts
from services.skills.gaps.reports import endpoints as reports
from services.skills.gaps.rollups.consumers import RollUpConsumer
from services.skills.imports import endpoints as imports
from services.skills.imports.worker import ImportWorker
from services.skills.models import SkillsTable
from services.skills.pathways import endpoints as pathways
from services.skills.people import endpoints as people
from services.skills.people.aspirations import endpoints as aspirations
from services.skills.people.assignments import endpoints as assignments
from services.skills.people.deputies import endpoints as deputies
from services.skills.people.org_units import endpoints as org_units
from services.skills.processing import endpoints as processing
from services.skills.roles import endpoints as roles
from services.skills.search import endpoints as search
from services.skills.search.finder import SkillFinder
from services.skills.search.service import NearDuplicates
from services.skills.taxonomy.frameworks import endpoints as frameworks
from services.skills.taxonomy.relations import endpoints as relations
from services.skills.taxonomy.scales import endpoints as scales
from services.skills.taxonomy.skills import endpoints as skills
from shared.app import Service, create_service
from shared.body_limit import MIB
from shared.clients.transports import Transports
from shared.identity.keys import Keyring
from shared.settings import Settings


async def _prepare(app: FastAPI) -> None:
    app.state.skill_finder = SkillFinder(app.state.database)
    app.state.similar_skills = NearDuplicates(app.state.skill_finder)


SERVICE = Service(
    name="skills",
    title="Upskill skills",
    description="What the organisation knows about skills and about who has them.",
    metadata=SkillsTable.metadata,
    routers=(
        *scales.routers,
        *frameworks.routers,
        *search.routers,  # before `/v1/skills/{id}`
        *skills.routers,
        *relations.routers,
        *roles.routers,
        *people.routers,
        *assignments.routers,
        *aspirations.routers,
        *deputies.routers,
        *org_units.routers,
        *policies.routers,
        *ratings.routers,
        *levels.routers,
        *scale_migrations.routers,
        *exemptions.routers,
        *cycles.routers,
        *invitations.routers,
        *comparison.routers,
        *gaps.routers,
        *reports.routers,
        *coverage.routers,
        *coverage_requirements.routers,
        *experts.routers,
        *pathways.routers,
        *imports.routers,
        *processing.routers,
    ),
    tags=(
        {"name": "Frameworks", "description": "Bodies of skills with one publisher and one scale."},
        {"name": "Scales", "description": "Ordered, described levels."},
        {"name": "Skills", "description": "Skills, their labels and how they relate."},
        {"name": "Roles", "description": "What roles need, now and later, and the moves between them."},
        {"name": "Gaps", "description": "What is missing: of one person, of groups, and how it moves."},
        {"name": "Coverage", "description": "Skills that hang on too few people."},
        {"name": "Experts", "description": "Who can help with a skill, and agreed to be asked."},
        {"name": "Pathways", "description": "Roles beside a role, and the ways to one."},
        {"name": "People", "description": "Who is here, and where they stand."},
        {"name": "Aspirations", "description": "What people want, apart from what they can do."},
        {"name": "Deputies", "description": "Who acts for whom, and when."},
        {"name": "Org units", "description": "The tree that people are in."},
        {"name": "Rating policies", "description": "How much each source of ratings counts, in versions."},
        {"name": "Ratings", "description": "The append-only ledger of who rated whom."},
        {"name": "Levels", "description": "What people can do, explained source by source."},
        {"name": "Exemptions", "description": "Requirements that a person need not meet for a time."},
        {"name": "Suspensions", "description": "Skills of a person that do not count for a time."},
        {"name": "Assessment cycles", "description": "Who is to be rated when, and what was frozen at the end."},
        {"name": "Imports", "description": "Files of other systems, taken in as jobs."},
        {"name": "Settings", "description": "What the organisation does with personal data."},
    ),
    body_limits={"/v1/imports": 64 * MIB},
    consumers=lambda app: (
        PeerSwitch(app.state.database),
        RollUpConsumer(app.state.database, app.state.clock),
    ),
    prepare=_prepare,
    workers=lambda app: (
        app.state.skill_finder,
        LevelWatch(app.state.database, app.state.clock),
        SetAsideWatch(app.state.database, app.state.clock),
        TallyWatch(app.state.database, app.state.clock),
        ReminderTeller(app.state.database, app.state.clock),
        ImportWorker(app.state.database, app.state.clock),
    ),
)


def create_app(settings: Settings, keyring: Keyring, transports: Transports) -> FastAPI:
    """The skills service. It calls nobody, so the transports stay unused: every service is made alike."""
    return create_service(SERVICE, settings, keyring)
