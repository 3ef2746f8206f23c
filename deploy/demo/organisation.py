"""Reads the demo organisation from its data files. Dates in them count from today."""

import csv
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

Record = dict[str, Any]
_FROM_TODAY = re.compile(r"^today([+-]\d+)?(?: (\d\d:\d\d))?$")
WORKING_HOUR = time(9, tzinfo=UTC)


@dataclass(frozen=True)
class Organisation:
    """Everything in the data files, as written there."""

    scale: Record
    skills: list[Record]
    roles: list[Record]
    org_units: list[Record]
    people: list[Record]
    coverage: list[Record]
    ratings: list[Record]
    programs: list[Record]
    plans: list[Record]
    enrollments: list[Record]


def read_organisation() -> Organisation:
    return Organisation(
        scale=_json("scale"),
        skills=_csv("skills"),
        roles=_json("roles"),
        org_units=_csv("org_units"),
        people=_csv("people"),
        coverage=_json("coverage"),
        ratings=_csv("ratings"),
        programs=_json("programs"),
        plans=_json("plans"),
        enrollments=_json("enrollments"),
    )


def day(text: str | None, today: date) -> str | None:
    """`today-30` as a date, RFC 3339; None stays None."""
    return None if text is None else _from_today(text, today).date().isoformat()


def moment(text: str | None, today: date) -> str | None:
    """`today-30`, or `today-30 17:00`, as a time in UTC, RFC 3339; without an hour it is nine o'clock."""
    return None if text is None else _from_today(text, today).isoformat().replace("+00:00", "Z")


def _from_today(text: str, today: date) -> datetime:
    found = _FROM_TODAY.match(text)
    if found is None:
        raise ValueError(f"{text!r} is not today, today-n or today+n")
    days, hour = found.groups()
    at = time.fromisoformat(hour).replace(tzinfo=UTC) if hour else WORKING_HOUR
    return datetime.combine(today + timedelta(days=int(days or 0)), at)


def _json(name: str) -> Any:
    return json.loads(_text(f"{name}.json"))


def _csv(name: str) -> list[Record]:
    return list(csv.DictReader(_text(f"{name}.csv").splitlines()))


def _text(name: str) -> str:
    return (files("deploy.demo") / "data" / name).read_text("utf-8")
