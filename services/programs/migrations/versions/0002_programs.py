"""programs

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import shared.database.kernel

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "programs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("deleted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("hours", sa.Float(), nullable=True),
        sa.Column("cost_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("cost_currency", sa.String(length=3), nullable=True),
        sa.Column("delivery", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("languages", shared.database.kernel.JsonDocument(), nullable=False),
        sa.Column("provider", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("details", shared.database.kernel.JsonDocument(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
    )
    with op.batch_alter_table("programs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programs_format"), ["format"], unique=False)
        batch_op.create_index(batch_op.f("ix_programs_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_programs_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_programs_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "program_entry_levels",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_program_entry_levels_program_id_programs")
        ),
        sa.PrimaryKeyConstraint("program_id", "skill_id", name=op.f("pk_program_entry_levels")),
    )
    op.create_table(
        "program_prerequisites",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("needed_program_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("program_id <> needed_program_id", name=op.f("ck_program_prerequisites_another_program")),
        sa.ForeignKeyConstraint(
            ["needed_program_id"], ["programs.id"], name=op.f("fk_program_prerequisites_needed_program_id_programs")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_program_prerequisites_program_id_programs")
        ),
        sa.PrimaryKeyConstraint("program_id", "needed_program_id", name=op.f("pk_program_prerequisites")),
    )
    with op.batch_alter_table("program_prerequisites", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_program_prerequisites_needed_program_id"), ["needed_program_id"], unique=False
        )

    op.create_table(
        "program_skills",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("from_level", sa.Float(), nullable=False),
        sa.Column("to_level", sa.Float(), nullable=False),
        sa.CheckConstraint("to_level > from_level", name=op.f("ck_program_skills_rises")),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("fk_program_skills_program_id_programs")),
        sa.PrimaryKeyConstraint("program_id", "skill_id", name=op.f("pk_program_skills")),
    )
    with op.batch_alter_table("program_skills", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_program_skills_skill_id"), ["skill_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("program_skills", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_program_skills_skill_id"))

    op.drop_table("program_skills")
    with op.batch_alter_table("program_prerequisites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_program_prerequisites_needed_program_id"))

    op.drop_table("program_prerequisites")
    op.drop_table("program_entry_levels")
    with op.batch_alter_table("programs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programs_updated_at"))
        batch_op.drop_index(batch_op.f("ix_programs_status"))
        batch_op.drop_index(batch_op.f("ix_programs_owner_id"))
        batch_op.drop_index(batch_op.f("ix_programs_format"))

    op.drop_table("programs")
