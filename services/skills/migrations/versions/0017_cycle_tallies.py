"""tallies of cycles, and rounds of reminders

Revision ID: 0017
Revises: 0016
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "reminder_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("deleted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("told_until", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["assessment_cycles.id"], name=op.f("fk_reminder_rounds_cycle_id_assessment_cycles")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rounds")),
    )
    with op.batch_alter_table("reminder_rounds", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reminder_rounds_created_at"),
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_reminder_rounds_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_rounds_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "cycle_tallies",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["assessment_cycles.id"], name=op.f("fk_cycle_tallies_cycle_id_assessment_cycles")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cycle_tallies_person_id_people")),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_cycle_tallies_role_id_roles")),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", "source", name=op.f("pk_cycle_tallies")),
    )


def downgrade() -> None:
    op.drop_table("cycle_tallies")
    with op.batch_alter_table("reminder_rounds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_rounds_updated_at"))
        batch_op.drop_index(batch_op.f("ix_reminder_rounds_cycle_id"))
        batch_op.drop_index(
            batch_op.f("ix_reminder_rounds_created_at"),
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.drop_table("reminder_rounds")
