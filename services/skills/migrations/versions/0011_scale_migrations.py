"""scale migrations

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import shared.database.kernel

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "scale_migrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("from_scale_id", sa.Uuid(), nullable=False),
        sa.Column("to_scale_id", sa.Uuid(), nullable=False),
        sa.Column("mapping", shared.database.kernel.JsonDocument(), nullable=False),
        sa.Column("migrated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("migrated_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"], ["frameworks.id"], name=op.f("fk_scale_migrations_framework_id_frameworks")
        ),
        sa.ForeignKeyConstraint(
            ["from_scale_id"], ["scales.id"], name=op.f("fk_scale_migrations_from_scale_id_scales")
        ),
        sa.ForeignKeyConstraint(["to_scale_id"], ["scales.id"], name=op.f("fk_scale_migrations_to_scale_id_scales")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale_migrations")),
    )
    with op.batch_alter_table("scale_migrations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scale_migrations_framework_id_migrated_at"), ["framework_id", "migrated_at"], unique=False
        )

    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scale_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_ratings_scale_id_scales"), "scales", ["scale_id"], ["id"])
    # No framework has had another scale yet. Rows that the previous release still adds stay null, which means the same.
    op.execute(
        "UPDATE ratings SET scale_id = (SELECT frameworks.scale_id FROM skills"
        " JOIN frameworks ON frameworks.id = skills.framework_id WHERE skills.id = ratings.skill_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ratings_scale_id_scales"), type_="foreignkey")
        batch_op.drop_column("scale_id")

    with op.batch_alter_table("scale_migrations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scale_migrations_framework_id_migrated_at"))

    op.drop_table("scale_migrations")
