"""The public feed: whose logs it merges, where a reader stands, who may read what. Pure."""

import base64
import binascii
import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.events.facts import Event
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.settings import SERVICES, ServiceName

# What one must be allowed to read to hear that it changed, by the first two parts of an event's name. An
# event without a row is for administrators only.
READABLE_WITH: dict[str, Scope] = {
    "skills.framework": Scope.SKILLS_READ,
    "skills.skill": Scope.SKILLS_READ,
    "skills.role": Scope.SKILLS_READ,
    "skills.rating_policy": Scope.SKILLS_READ,
    "skills.import": Scope.SKILLS_READ,
    "skills.processing_settings": Scope.SKILLS_READ,
    "skills.person": Scope.PEOPLE_READ,
    "skills.deputy": Scope.PEOPLE_READ,
    "skills.aspirations": Scope.PEOPLE_READ,
    "skills.rating": Scope.PEOPLE_READ,
    "skills.level": Scope.PEOPLE_READ,
    "skills.set_aside": Scope.PEOPLE_READ,
    "skills.cycle": Scope.PEOPLE_READ,
    "programs.program": Scope.PROGRAMS_READ,
    "enrollment.enrollment": Scope.ENROLLMENTS_READ,
    "enrollment.approval": Scope.ENROLLMENTS_READ,
    "enrollment.credential": Scope.ENROLLMENTS_READ,
    "enrollment.follow_up": Scope.ENROLLMENTS_READ,
    "enrollment.plan": Scope.ENROLLMENTS_READ,
    "enrollment.plan_item": Scope.ENROLLMENTS_READ,
}
READING = tuple(dict.fromkeys(READABLE_WITH.values()))
# A colleague who rates is never named, and one colleague's rating alone is never shown.
_HIDDEN_OF_PEERS = ("assessor_id", "level")

Position = Mapping[ServiceName, int]
"""The last number read of each service's log."""
START: Position = dict.fromkeys(SERVICES, 0)


def topic_of(event_type: str) -> str:
    """`skills.rating` of `skills.rating.recorded.v1`."""
    return ".".join(event_type.split(".")[:2])


def may_read(reader: Principal, event_type: str) -> bool:
    return reader.has(READABLE_WITH.get(topic_of(event_type), Scope.ADMIN))


def write_cursor(position: Position) -> str:
    """Where a reader stands, as opaque text."""
    numbers = ".".join(str(position[service]) for service in SERVICES)
    return base64.urlsafe_b64encode(numbers.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Position:
    """The place that a cursor names; nothing and `0` are the beginning. Raises ValueError for what is no cursor."""
    if text in ("", "0"):
        return START
    try:
        decoded = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode()
        numbers = [int(part) for part in decoded.split(".")]
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("not a cursor") from error
    if len(numbers) != len(SERVICES) or not all(0 <= number < 2**63 for number in numbers):
        raise ValueError("not a cursor")
    return dict(zip(SERVICES, numbers, strict=True))


def merge(batches: Mapping[ServiceName, Sequence[Event]], position: Position) -> Iterator[tuple[Event, Position]]:
    """The events of several logs by time, each log in its own order, and where one stands after each."""
    stands = dict(position)
    streams = [_timed(service, batches.get(service, ())) for service in SERVICES]
    for _, service, event in heapq.merge(*streams, key=lambda entry: entry[:2]):
        stands[service] = event.seq
        yield event, dict(stands)


def _timed(service: ServiceName, events: Sequence[Event]) -> Iterator[tuple[datetime, ServiceName, Event]]:
    """When each event can be told: a log's order stands, also where a clock went back."""
    latest = None
    for event in events:
        latest = event.occurred_at if latest is None else max(latest, event.occurred_at)
        yield latest, service, event


def published(event: Event) -> dict[str, Any]:
    """The payload as readers may see it."""
    if event.data.get("source") != "peer":
        return event.data
    return {name: value for name, value in event.data.items() if name not in _HIDDEN_OF_PEERS}
