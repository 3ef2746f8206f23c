"""Alembic's tree for the skills service's own database."""
