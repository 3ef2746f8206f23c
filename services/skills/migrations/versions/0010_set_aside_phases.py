"""phases of exemptions and suspensions

Revision ID: 0010
Revises: 0009
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("exemptions", "suspensions")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            # What was entered before is told once more, when the watch first looks.
            phase: sa.Column[str] = sa.Column(
                "phase", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="planned"
            )
            batch_op.add_column(phase)
            batch_op.create_index(batch_op.f(f"ix_{table}_phase"), ["phase"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_phase"))
            batch_op.drop_column("phase")
