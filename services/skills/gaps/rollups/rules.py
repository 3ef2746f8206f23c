"""By what figures are kept, and until when what is packed of a person holds."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.skills.gaps.horizons import Horizon

NONE = UUID(int=0)
"""Stands for no role, no unit, no manager."""
PRESENT = UUID(int=0)
"""Stands for the present where the snapshot of a closed cycle could be named."""


class GroupKind(StrEnum):
    """What people are grouped by."""

    ORG_UNIT = "org_unit"
    ROLE = "role"
    MANAGER = "manager"


class Standing(NamedTuple):
    """Where a person stands, and what they hold of what is asked there, packed."""

    person_id: UUID
    role_id: UUID
    org_unit_id: UUID
    manager_id: UUID
    profile_id: UUID
    held: bytes


PLACE: Mapping[GroupKind, str] = {
    GroupKind.ORG_UNIT: "org_unit_id",
    GroupKind.ROLE: "role_id",
    GroupKind.MANAGER: "manager_id",
}
KEPT_KINDS = (GroupKind.ORG_UNIT, GroupKind.ROLE)
"""Sheets are kept by these. Managers are too many and too small: their figures are counted from standings."""


def last_day(horizon: Horizon) -> int:
    """The day whose requirements a horizon asks for, as an ordinal."""
    return (horizon.until or date.max).toordinal()


def next_change(today: date, days: Iterable[date | None]) -> date | None:
    """The first of some days after today."""
    return min((day for day in days if day is not None and day > today), default=None)


def day_after(day: date | None) -> date | None:
    """What ends on a day is gone on the next one."""
    return None if day is None else day + timedelta(days=1)
