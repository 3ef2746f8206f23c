"""Reading and writing roles by the thousand: what imports need, in statements that carry many rows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import col

from services.skills.roles.models import Role, RoleMove, RoleName, RoleRequirement
from services.skills.roles.repository import REQUIREMENT_COLUMNS, name_key, requirement_row
from services.skills.roles.rules import Requirement
from shared.clock import utc_now
from shared.database.loading import in_columns, load
from shared.database.sessions import AnySession
from shared.database.upserts import change_by_id, upsert
from shared.references import References

READ_AT_ONCE = 200
ROLE_COLUMNS = ("title", "family", "grade", "description", "aliases")


@dataclass(frozen=True, slots=True)
class RoleState:
    """A role as it is stored."""

    id: UUID
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A requirement that is in force in the ledger, and the row it stands in."""

    id: UUID
    requirement: Requirement


RequirementKey = tuple[UUID, date | None]


class RoleBulk:
    """Roles, their names, requirements and moves. Like every repository, it never commits."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def roles_by_reference(self, references: Iterable[str]) -> dict[str, RoleState]:
        """Live roles by `source:external_id` or id; unknown ones are absent."""
        ids = await References(self.session, "role").find_many(references)
        columns = Role.__table__.c  # type: ignore[attr-defined]
        states: dict[UUID, RoleState] = {}
        wanted = list(ids.values())
        for start in range(0, len(wanted), READ_AT_ONCE):
            rows = await self.session.execute(
                select(columns.id, *(columns[name] for name in ROLE_COLUMNS)).where(
                    columns.id.in_(wanted[start : start + READ_AT_ONCE]), columns.deleted_at.is_(None)
                )
            )
            for id, *values in rows:
                states[id] = RoleState(id, dict(zip(ROLE_COLUMNS, values, strict=True)))
        return {reference: states[id] for reference, id in ids.items() if id in states}

    async def requirements_of(self, role_ids: Collection[UUID]) -> dict[UUID, dict[RequirementKey, LedgerRow]]:
        """What is in force in the ledger, by role."""
        columns = RoleRequirement.__table__.c  # type: ignore[attr-defined]
        found: dict[UUID, dict[RequirementKey, LedgerRow]] = {}
        wanted = list(role_ids)
        for start in range(0, len(wanted), READ_AT_ONCE):
            rows = await self.session.execute(
                select(columns.role_id, columns.id, *REQUIREMENT_COLUMNS).where(
                    columns.role_id.in_(wanted[start : start + READ_AT_ONCE]), columns.replaced_at.is_(None)
                )
            )
            for role_id, id, *values in rows:
                requirement = Requirement(*values)
                found.setdefault(role_id, {})[requirement.key] = LedgerRow(id, requirement)
        return found

    async def moves_from(self, role_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], str]:
        """The kind of each move, by the roles it joins."""
        found: dict[tuple[UUID, UUID], str] = {}
        wanted = list(role_ids)
        for start in range(0, len(wanted), READ_AT_ONCE):
            rows = await self.session.execute(
                select(col(RoleMove.from_role_id), col(RoleMove.to_role_id), col(RoleMove.kind)).where(
                    col(RoleMove.from_role_id).in_(wanted[start : start + READ_AT_ONCE])
                )
            )
            found.update({(origin, target): kind for origin, target, kind in rows})
        return found

    async def add_roles(self, rows: Sequence[dict[str, Any]]) -> None:
        await load(self.session, Role, in_columns(rows))

    async def change_roles(self, rows: Sequence[dict[str, Any]]) -> None:
        """Set all of `ROLE_COLUMNS`; each row names its role as `row_id`."""
        await self.session.execute(change_by_id(Role, (*ROLE_COLUMNS, "updated_at")), rows)

    async def refer(self, rows: Sequence[tuple[str, str, UUID]]) -> None:
        """Add external ids (source, external_id, role) that are known to be new."""
        await References(self.session, "role").insert_many(rows)

    async def name(self, names: dict[UUID, Sequence[str]]) -> None:
        """Make these the titles and aliases by which the roles are found."""
        await self.session.execute(delete(RoleName).where(col(RoleName.role_id).in_(list(names))))
        rows = [
            {"key": key, "role_id": role_id}
            for role_id, titles in names.items()
            for key in sorted({name_key(title) for title in titles})
        ]
        await load(self.session, RoleName, in_columns(rows))

    async def enter(self, requirements: Sequence[tuple[UUID, Requirement]], now: datetime) -> None:
        """Enter requirements into the ledger as from now."""
        rows = [requirement_row(role_id, requirement, now) for role_id, requirement in requirements]
        await load(self.session, RoleRequirement, in_columns(rows))

    async def end(self, row_ids: Sequence[UUID], now: datetime) -> None:
        """End rows of the ledger."""
        await self.session.execute(
            update(RoleRequirement)
            .where(col(RoleRequirement.id).in_(row_ids), col(RoleRequirement.replaced_at).is_(None))
            .values(replaced_at=now)
            .execution_options(synchronize_session=False)
        )

    async def touch(self, role_ids: Sequence[UUID]) -> None:
        """Raise the revision of roles whose requirements or moves are others now."""
        await self.session.execute(
            update(Role)
            .where(col(Role.id).in_(role_ids))
            .values(revision=col(Role.revision) + 1, updated_at=utc_now())
            .execution_options(synchronize_session=False)
        )

    async def write_moves(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.session.execute(upsert(RoleMove, update=("kind",)), rows)
