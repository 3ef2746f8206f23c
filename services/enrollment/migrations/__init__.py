"""Alembic's tree for the enrollment service's own database."""
