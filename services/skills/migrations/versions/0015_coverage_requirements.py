"""coverage requirements

Revision ID: 0015
Revises: 0014
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = sa.text("deleted_at IS NULL")
GROUPS = ("manager_id", "org_unit_id")


def upgrade() -> None:
    op.create_table(
        "coverage_requirements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("deleted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("org_unit_id", sa.Uuid(), nullable=True),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("scale_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(org_unit_id IS NULL) <> (manager_id IS NULL)", name=op.f("ck_coverage_requirements_one_group")
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name=op.f("fk_coverage_requirements_manager_id_people")),
        sa.ForeignKeyConstraint(
            ["org_unit_id"], ["org_units.id"], name=op.f("fk_coverage_requirements_org_unit_id_org_units")
        ),
        sa.ForeignKeyConstraint(["scale_id"], ["scales.id"], name=op.f("fk_coverage_requirements_scale_id_scales")),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_coverage_requirements_skill_id_skills")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_requirements")),
    )
    with op.batch_alter_table("coverage_requirements", schema=None) as batch_op:
        for group in GROUPS:
            batch_op.create_index(
                batch_op.f(f"ix_coverage_requirements_{group}_skill_id_level"),
                [group, "skill_id", "level"],
                unique=True,
                sqlite_where=LIVE,
                postgresql_where=LIVE,
            )
        batch_op.create_index(batch_op.f("ix_coverage_requirements_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coverage_requirements_updated_at"), ["updated_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("coverage_requirements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coverage_requirements_updated_at"))
        batch_op.drop_index(batch_op.f("ix_coverage_requirements_skill_id"))
        for group in reversed(GROUPS):
            batch_op.drop_index(
                batch_op.f(f"ix_coverage_requirements_{group}_skill_id_level"),
                sqlite_where=LIVE,
                postgresql_where=LIVE,
            )
    op.drop_table("coverage_requirements")
