"""gap sheets of snapshots

Standings and sheets get a key with one more column. They can be thrown away and worked out again, so that the
tables are made anew; forgetting how far their consumer had come makes it count everybody.

Revision ID: 0016
Revises: 0015
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _drop()
    op.create_table(
        "gap_snapshots",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("migrations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id", name=op.f("pk_gap_snapshots")),
    )
    _create(["snapshot_id"])
    for table, *columns in (
        ("gap_standings", "next_change_on"),
        ("gap_standings", "snapshot_id", "org_unit_id"),
        ("gap_standings", "snapshot_id", "role_id"),
        ("gap_sheets", "snapshot_id", "kind", "group_id", "people"),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)


def downgrade() -> None:
    op.drop_table("gap_snapshots")
    _drop()
    _create([])
    for table, *columns in (
        ("gap_standings", "next_change_on"),
        ("gap_standings", "org_unit_id"),
        ("gap_standings", "role_id"),
        ("gap_standings", "manager_id"),
        ("gap_sheets", "kind", "group_id", "people"),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)


def _drop() -> None:
    op.drop_table("gap_standings")
    op.drop_table("gap_sheets")
    op.execute("DELETE FROM consumer_cursors WHERE consumer = 'gap-sheets'")


def _create(key: list[str]) -> None:
    op.create_table(
        "gap_standings",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in [*key, "person_id"]),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("role_id", "org_unit_id", "manager_id")),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.Column("held", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(*key, "person_id", name=op.f("pk_gap_standings")),
    )
    op.create_table(
        "gap_sheets",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in key),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(*key, "kind", "group_id", name=op.f("pk_gap_sheets")),
    )
