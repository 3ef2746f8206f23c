"""gap sheets

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "gap_profiles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_profiles")),
    )
    op.create_table(
        "gap_sheets",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "group_id", name=op.f("pk_gap_sheets")),
    )
    with op.batch_alter_table("gap_sheets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_gap_sheets_kind_group_id_people"), ["kind", "group_id", "people"], unique=False
        )

    op.create_table(
        "gap_skills",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_gap_skills")),
        sa.UniqueConstraint("skill_id", name=op.f("uq_gap_skills_skill_id")),
    )
    op.create_table(
        "gap_standings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("org_unit_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.Column("held", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_gap_standings")),
    )
    with op.batch_alter_table("gap_standings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_standings_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_standings_next_change_on"), ["next_change_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_standings_org_unit_id"), ["org_unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_standings_role_id"), ["role_id"], unique=False)

    with op.batch_alter_table("gap_cells", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_cells_skill_id"))

    op.drop_table("gap_cells")
    with op.batch_alter_table("gap_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_people_manager_id"))
        batch_op.drop_index(batch_op.f("ix_gap_people_next_change_on"))
        batch_op.drop_index(batch_op.f("ix_gap_people_org_unit_id"))
        batch_op.drop_index(batch_op.f("ix_gap_people_role_id"))

    op.drop_table("gap_people")


def downgrade() -> None:
    op.create_table(
        "gap_people",
        sa.Column("people", sa.INTEGER(), nullable=False),
        sa.Column("people_with_gaps", sa.INTEGER(), nullable=False),
        sa.Column("asked", sa.INTEGER(), nullable=False),
        sa.Column("assessed", sa.INTEGER(), nullable=False),
        sa.Column("essential_open", sa.INTEGER(), nullable=False),
        sa.Column("required", sa.BIGINT(), nullable=False),
        sa.Column("reached", sa.BIGINT(), nullable=False),
        sa.Column("missing", sa.BIGINT(), nullable=False),
        sa.Column("upskilling", sa.BIGINT(), nullable=False),
        sa.Column("reskilling", sa.BIGINT(), nullable=False),
        sa.Column("person_id", sa.CHAR(length=32), nullable=False),
        sa.Column("horizons", sa.INTEGER(), nullable=False),
        sa.Column("role_id", sa.CHAR(length=32), nullable=True),
        sa.Column("org_unit_id", sa.CHAR(length=32), nullable=True),
        sa.Column("manager_id", sa.CHAR(length=32), nullable=True),
        sa.Column("next_change_on", sa.DATE(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "horizons", name=op.f("pk_gap_people")),
    )
    with op.batch_alter_table("gap_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_people_role_id"), ["role_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_people_org_unit_id"), ["org_unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_people_next_change_on"), ["next_change_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_people_manager_id"), ["manager_id"], unique=False)

    op.create_table(
        "gap_cells",
        sa.Column("people", sa.INTEGER(), nullable=False),
        sa.Column("people_with_gaps", sa.INTEGER(), nullable=False),
        sa.Column("asked", sa.INTEGER(), nullable=False),
        sa.Column("assessed", sa.INTEGER(), nullable=False),
        sa.Column("essential_open", sa.INTEGER(), nullable=False),
        sa.Column("required", sa.BIGINT(), nullable=False),
        sa.Column("reached", sa.BIGINT(), nullable=False),
        sa.Column("missing", sa.BIGINT(), nullable=False),
        sa.Column("upskilling", sa.BIGINT(), nullable=False),
        sa.Column("reskilling", sa.BIGINT(), nullable=False),
        sa.Column("kind", sa.VARCHAR(), nullable=False),
        sa.Column("group_id", sa.CHAR(length=32), nullable=False),
        sa.Column("skill_id", sa.CHAR(length=32), nullable=False),
        sa.Column("horizons", sa.INTEGER(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "group_id", "skill_id", "horizons", name=op.f("pk_gap_cells")),
    )
    with op.batch_alter_table("gap_cells", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_cells_skill_id"), ["skill_id"], unique=False)

    with op.batch_alter_table("gap_standings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_standings_role_id"))
        batch_op.drop_index(batch_op.f("ix_gap_standings_org_unit_id"))
        batch_op.drop_index(batch_op.f("ix_gap_standings_next_change_on"))
        batch_op.drop_index(batch_op.f("ix_gap_standings_manager_id"))

    op.drop_table("gap_standings")
    op.drop_table("gap_skills")
    with op.batch_alter_table("gap_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_sheets_kind_group_id_people"))

    op.drop_table("gap_sheets")
    op.drop_table("gap_profiles")
