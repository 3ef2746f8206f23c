"""Alembic's entry: runs this tree against the service's tables."""

from services.programs import models
from shared.database.migrations import run_env

run_env(models.ProgramsTable.metadata)
