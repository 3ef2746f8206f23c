"""Tables of people and org units. Where somebody stood is kept as dated assignments."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.tables import Versioned
from shared.ids import new_id

_LIVE = text("deleted_at IS NULL")


class OrgUnit(SkillsTable, Versioned, table=True):
    """A part of the organisation; a tree by `parent_id`."""

    __tablename__ = "org_units"
    __table_args__ = (Index(None, "code", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),)

    code: str
    title: str
    parent_id: UUID | None = Field(default=None, foreign_key="org_units.id", index=True)


class OrgUnitMove(SkillsTable, table=True):
    """Where a unit stood until it moved. A unit without moves has always stood where it stands."""

    __tablename__ = "org_unit_moves"
    __table_args__ = (Index(None, "org_unit_id", "moved_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    org_unit_id: UUID = Field(foreign_key="org_units.id")
    parent_id: UUID | None = Field(default=None, foreign_key="org_units.id")  # the one it left
    moved_at: datetime


class Person(SkillsTable, Versioned, table=True):
    """Somebody who works here, or did."""

    __tablename__ = "people"
    __table_args__ = (
        # Free again once the person is deleted.
        Index(None, "user_name_key", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "org_unit_id", "deleted_at"),
        Index(None, "manager_id", "deleted_at"),
        Index(None, "role_id", "deleted_at"),
    )

    user_name: str
    user_name_key: str  # case-folded: two user names never differ by case alone
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = Field(default=None, index=True)
    role_id: UUID | None = Field(default=None, foreign_key="roles.id")
    manager_id: UUID | None = Field(default=None, foreign_key="people.id")
    org_unit_id: UUID | None = Field(default=None, foreign_key="org_units.id")
    # `source:external_id` of a manager who has not arrived yet.
    awaited_manager: str | None = Field(default=None, index=True)
    unmatched_title: str | None = None
    hired_on: date | None = None
    left_on: date | None = None
    leave_reason: str | None = None
    active: bool = True
    expert_finder: bool = False


class PersonAssignment(SkillsTable, table=True):
    """Role, manager and org unit of a person from one moment until another (open: until now)."""

    __tablename__ = "person_assignments"
    __table_args__ = (
        Index(None, "person_id", "valid_from"),
        Index(None, "manager_id", "valid_to"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id")
    role_id: UUID | None = Field(default=None, foreign_key="roles.id")
    manager_id: UUID | None = Field(default=None, foreign_key="people.id")
    org_unit_id: UUID | None = Field(default=None, foreign_key="org_units.id")
    valid_from: datetime
    valid_to: datetime | None = None


class PersonalText(SkillsTable, table=True):
    """Free text about a person. Other tables refer to it by id, so that erasing a person erases it here."""

    __tablename__ = "personal_texts"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    text: str = Field(sa_type=Text)
