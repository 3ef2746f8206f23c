"""aspirations, dated deputies

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "aspirations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_aspirations_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_aspirations")),
    )
    op.create_table(
        "aspired_roles",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_aspired_roles_person_id_people")),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_aspired_roles_role_id_roles")),
        sa.PrimaryKeyConstraint("person_id", "role_id", name=op.f("pk_aspired_roles")),
    )
    with op.batch_alter_table("aspired_roles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aspired_roles_role_id"), ["role_id"], unique=False)

    op.create_table(
        "skill_interests",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("interest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_skill_interests_person_id_people")),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_skill_interests_skill_id_skills")),
        sa.PrimaryKeyConstraint("person_id", "skill_id", name=op.f("pk_skill_interests")),
    )
    with op.batch_alter_table("skill_interests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_interests_skill_id"), ["skill_id"], unique=False)

    # Made anew: no release has ever written to it.
    _drop_deputies()
    op.create_table(
        "deputies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("deleted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_deputies_deputy_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deputies_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputies")),
    )
    with op.batch_alter_table("deputies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deputies_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deputies_person_id_deleted_at"), ["person_id", "deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_deputies_updated_at"), ["updated_at"], unique=False)


def _drop_deputies() -> None:
    with op.batch_alter_table("deputies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deputies_deputy_id"))
    op.drop_table("deputies")


def downgrade() -> None:
    with op.batch_alter_table("deputies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deputies_updated_at"))
        batch_op.drop_index(batch_op.f("ix_deputies_person_id_deleted_at"))
    _drop_deputies()
    op.create_table(
        "deputies",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_deputies_deputy_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deputies_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", "deputy_id", "starts_on", name=op.f("pk_deputies")),
    )
    with op.batch_alter_table("deputies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deputies_deputy_id"), ["deputy_id"], unique=False)

    with op.batch_alter_table("skill_interests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skill_interests_skill_id"))

    op.drop_table("skill_interests")
    with op.batch_alter_table("aspired_roles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_aspired_roles_role_id"))

    op.drop_table("aspired_roles")
    op.drop_table("aspirations")
