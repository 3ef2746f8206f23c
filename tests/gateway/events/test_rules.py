"""The merged feed: order, places, and who may read what."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.events.rules import (
    READABLE_WITH,
    START,
    Position,
    may_read,
    merge,
    published,
    read_cursor,
    topic_of,
    write_cursor,
)
from shared.events.facts import Event, Fact
from shared.identity.principal import Principal
from shared.ids import new_id
from shared.settings import SERVICES, ServiceName

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
numbers = st.integers(min_value=0, max_value=2**63 - 1)


def event(service: str, seq: int, seconds: float = 0, **data: object) -> Event:
    at = NOON + timedelta(seconds=seconds)
    return Event(id=new_id(), seq=seq, type=f"{service}.thing.happened.v1", subject="x:1", occurred_at=at, data=data)


@st.composite
def logs(draw: st.DrawFn) -> dict[ServiceName, list[Event]]:
    """Three logs whose clocks need not agree, and may even go back."""
    times = st.lists(st.floats(min_value=0, max_value=100), max_size=12)
    return {name: [event(name, seq, at) for seq, at in enumerate(draw(times), start=1)] for name in SERVICES}


@given(position=st.fixed_dictionaries(dict.fromkeys(SERVICES, numbers)))
def test_a_cursor_is_read_as_it_was_written(position: Position) -> None:
    assert read_cursor(write_cursor(position)) == position


@pytest.mark.parametrize("text", ["", "0"])
def test_nothing_is_the_beginning(text: str) -> None:
    assert read_cursor(text) == START


@pytest.mark.parametrize(
    "text", ["1", "zzz", "MS4y", "LTEuMC4w", "MS4yLjMuNA", "é", "a" * 200, "MS4yLjk5OTk5OTk5OTk5OTk5OTk5OTk5"]
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it, it is no cursor
        read_cursor(text)


@given(whole=logs(), step=st.integers(min_value=1, max_value=5))
def test_reading_on_from_any_place_tells_every_event_once_and_each_log_in_its_order(
    whole: dict[ServiceName, list[Event]], step: int
) -> None:
    told: list[Event] = []
    place: Position = START
    while True:
        batches = {name: [e for e in log if e.seq > place[name]][:step] for name, log in whole.items()}
        read = list(merge(batches, place))[:step]
        if not read:
            break
        told += [e for e, _ in read]
        place = read_cursor(write_cursor(read[-1][1]))
    assert sorted(e.id for e in told) == sorted(e.id for log in whole.values() for e in log)
    for name, log in whole.items():
        assert [e.id for e in told if e.type.startswith(name)] == [e.id for e in log]


def test_events_of_different_services_come_by_time() -> None:
    batches: dict[ServiceName, list[Event]] = {
        "skills": [event("skills", 1, 1), event("skills", 2, 5)],
        "programs": [event("programs", 1, 2)],
        "enrollment": [event("enrollment", 1, 0), event("enrollment", 2, 9)],
    }
    assert [e.type.partition(".")[0] for e, _ in merge(batches, START)] == [
        "enrollment",
        "skills",
        "programs",
        "skills",
        "enrollment",
    ]


def facts() -> Iterator[type[Fact]]:
    for owner in SERVICES:
        importlib.import_module(f"shared.contracts.{owner}.events")
    waiting = list(Fact.__subclasses__())
    while waiting:
        fact = waiting.pop()
        waiting += fact.__subclasses__()
        if "type" in vars(fact) and fact.__module__.startswith("shared.contracts."):
            yield fact


def test_every_event_says_who_may_read_it() -> None:
    assert {fact.type for fact in facts() if topic_of(fact.type) not in READABLE_WITH} == set()


def test_a_reader_hears_what_they_may_read() -> None:
    reader = Principal("client", "1", frozenset({"people:read"}))
    assert may_read(reader, "skills.level.changed.v1")
    assert not may_read(reader, "enrollment.plan.created.v1")
    assert not may_read(reader, "skills.something_new.happened.v1")
    assert may_read(Principal("client", "2", frozenset({"admin"})), "skills.something_new.happened.v1")


def test_a_colleague_who_rates_is_not_named_and_their_rating_not_shown() -> None:
    told = published(event("skills", 1, source="peer", assessor_id="somebody", level=2, skill_id="s"))
    assert told == {"source": "peer", "skill_id": "s"}
    assert published(event("skills", 1, source="manager", level=2)) == {"source": "manager", "level": 2}
