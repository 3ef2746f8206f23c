"""moves of org units

Where a unit stood until it moved. What has moved before is not known: the tree of today is taken for it.

Revision ID: 0021
Revises: 0020
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "org_unit_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_unit_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("moved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_unit_id"], ["org_units.id"], name=op.f("fk_org_unit_moves_org_unit_id_org_units")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["org_units.id"], name=op.f("fk_org_unit_moves_parent_id_org_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit_moves")),
    )
    with op.batch_alter_table("org_unit_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_org_unit_moves_org_unit_id_moved_at"), ["org_unit_id", "moved_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("org_unit_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_org_unit_moves_org_unit_id_moved_at"))

    op.drop_table("org_unit_moves")
