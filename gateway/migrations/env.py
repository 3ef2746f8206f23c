"""Alembic's entry: runs this tree against the gateway's tables."""

from gateway import models
from shared.database.migrations import run_env

run_env(models.GatewayTable.metadata)
