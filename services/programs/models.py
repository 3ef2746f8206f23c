"""Every table of the service in one import, for migrations and tests."""

from services.programs.catalog import models as catalog
from services.programs.tables import ProgramsTable

__all__ = ["ProgramsTable", "catalog"]
