"""A fact: something that happened, in the past tense, self-contained, frozen under its versioned name."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from shared.schemas import Message


class Fact(Message):
    """Base of all payloads. Subclasses live in `shared/contracts/<owner>/events.py` and set `type`.

    A payload holds person ids, never names; what the reader needs is inside, so that nobody must ask back.
    """

    type: ClassVar[str]

    def subject(self) -> str:
        """The aggregate the fact is about, `<noun>:<id>`; facts of one subject keep their order."""
        raise NotImplementedError


class Event(Message):
    """A recorded fact as the feed shows it."""

    id: UUID
    seq: int
    type: str
    subject: str
    occurred_at: datetime
    data: dict[str, Any]
