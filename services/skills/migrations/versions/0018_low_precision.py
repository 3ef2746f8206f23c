"""requirements of low precision

Revision ID: 0018
Revises: 0017
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # The release before writes rows without it.
    op.add_column(
        "role_requirements", sa.Column("low_precision", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    with op.batch_alter_table("role_requirements", schema=None) as batch_op:
        batch_op.drop_column("low_precision")
