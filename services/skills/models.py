"""Every table of the service in one import, for migrations and tests."""

from services.skills.people import models as people
from services.skills.roles import models as roles
from services.skills.tables import SkillsTable
from services.skills.taxonomy import models as taxonomy

__all__ = ["SkillsTable", "people", "roles", "taxonomy"]
