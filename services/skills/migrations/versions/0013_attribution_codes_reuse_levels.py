"""attribution of frameworks, codes and reuse levels of skills

Revision ID: 0013
Revises: 0012
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = (("frameworks", "attribution"), ("skills", "code"), ("skills", "reuse_level"))


def upgrade() -> None:
    for table, name in COLUMNS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            column: sa.Column[str] = sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=True)
            batch_op.add_column(column)


def downgrade() -> None:
    for table, name in reversed(COLUMNS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(name)
