"""Alembic's tree for the programs service's own database."""
