"""When something that was set aside for a time stands, and what is wrong with a period."""

from datetime import date
from enum import StrEnum


class Phase(StrEnum):
    """Where an exemption or a suspension is in its time. The last day is still part of it."""

    PLANNED = "planned"
    STANDING = "standing"
    OVER = "over"


def phase_on(day: date, starts_on: date, ends_on: date | None) -> Phase:
    if day < starts_on:
        return Phase.PLANNED
    return Phase.STANDING if ends_on is None or day <= ends_on else Phase.OVER


def period_fault(starts_on: date, ends_on: date | None) -> str | None:
    """Why a period cannot be, or None."""
    return "It would end before it starts." if ends_on is not None and ends_on < starts_on else None
