"""narrow gap sheets

Sheets are packed in another form. They can be thrown away and worked out again; forgetting how far their consumer had
come makes it count everybody. PostgreSQL keeps them as they are: unpacking them would take longer than reading them.

Revision ID: 0019
Revises: 0018
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _forget()
    _store("EXTERNAL")


def downgrade() -> None:
    _forget()
    _store("EXTENDED")


def _forget() -> None:
    for table in ("gap_snapshots", "gap_sheets", "gap_standings", "gap_profiles"):
        op.execute(f"DELETE FROM {table}")
    op.execute("DELETE FROM consumer_cursors WHERE consumer = 'gap-sheets'")


def _store(how: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE gap_sheets ALTER COLUMN cells SET STORAGE {how}")
