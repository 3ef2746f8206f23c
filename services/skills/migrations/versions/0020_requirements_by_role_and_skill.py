"""requirements by role and skill

Whether a later requirement has overtaken another one was looked for among everybody who requires the skill.

Revision ID: 0020
Revises: 0019
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("role_requirements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_requirements_role_id_replaced_at"))
        batch_op.create_index(
            batch_op.f("ix_role_requirements_role_id_replaced_at_skill_id"),
            ["role_id", "replaced_at", "skill_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("role_requirements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_requirements_role_id_replaced_at_skill_id"))
        batch_op.create_index(
            batch_op.f("ix_role_requirements_role_id_replaced_at"), ["role_id", "replaced_at"], unique=False
        )
