"""Every table of the service in one import, for migrations and tests."""

from services.skills.assessments.cycles import models as cycles
from services.skills.assessments.cycles.invitations import models as invitations
from services.skills.assessments.exemptions import models as exemptions
from services.skills.assessments.levels import models as levels
from services.skills.assessments.policies import models as policies
from services.skills.assessments.ratings import models as ratings
from services.skills.assessments.scale_migrations import models as scale_migrations
from services.skills.gaps.coverage.requirements import models as coverage_requirements
from services.skills.gaps.rollups import models as rollups
from services.skills.imports import models as imports
from services.skills.people import models as people
from services.skills.people.aspirations import models as aspirations
from services.skills.people.deputies import models as deputies
from services.skills.processing import models as processing
from services.skills.roles import models as roles
from services.skills.tables import SkillsTable
from services.skills.taxonomy.frameworks import models as frameworks
from services.skills.taxonomy.relations import models as relations
from services.skills.taxonomy.scales import models as scales
from services.skills.taxonomy.skills import models as skills

__all__ = [
    "SkillsTable",
    "aspirations",
    "coverage_requirements",
    "cycles",
    "deputies",
    "exemptions",
    "frameworks",
    "imports",
    "invitations",
    "levels",
    "people",
    "policies",
    "processing",
    "ratings",
    "relations",
    "roles",
    "rollups",
    "scale_migrations",
    "scales",
    "skills",
]
