"""Organisation-wide gaps: reading the kept sums, next to numpy over a matrix of the same gaps; refreshing them.

The organisation is made up: units in a tree of five, roles of 30 requirements each out of 400 skills, levels that
two thirds of the people have for two thirds of their skills.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from sqlalchemy import func, insert, select
from sqlmodel import col

from services.skills.assessments.levels.models import SkillLevel
from services.skills.gaps.reports.schemas import GroupBy
from services.skills.gaps.reports.scopes import Scope
from services.skills.gaps.reports.service import ReportService
from services.skills.gaps.rollups.service import Changes, RollUpService
from services.skills.models import SkillsTable
from services.skills.people.models import OrgUnit, Person
from services.skills.roles.models import Role, RoleRequirement
from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.skills.models import Skill
from shared.database.engines import Database
from shared.database.migrations import migrate
from shared.database.sessions import UnitOfWork
from shared.ids import new_id

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
UNITS, ROLES, SKILLS, REQUIREMENTS = max(8, PEOPLE // 100), max(5, PEOPLE // 300), 400, 30
REPEATS = 7
NOW = datetime.now(UTC)
Answer = TypeVar("Answer")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'skills.db'}"
        migrate("services.skills", url)
        asyncio.run(_run(Database(url, SkillsTable.metadata)))


async def _run(database: Database) -> None:
    chance = random.Random(7)  # noqa: S311
    async with database.writing() as session:
        made = await _Organisation(session, chance).fill()
    rebuild = await _rebuild(database)
    _say(f"{PEOPLE} people × {REQUIREMENTS} requirements in {UNITS} units: all sums from nothing in {rebuild:.1f} s")
    whole = await _timed(lambda: _heatmap(database, Scope()))
    unit = await _timed(lambda: _heatmap(database, Scope(org_unit_ids=frozenset(made.units[-1:]))))
    limit = _numpy_limit()
    _say(f"heatmap of everybody: {whole * 1e3:.0f} ms; numpy over the whole matrix: {limit * 1e3:.0f} ms")
    _say(f"heatmap of one unit: {unit * 1e3:.1f} ms")
    rating = await _timed(lambda: _refresh(database, made, chance))
    _say(f"one level changes: its sums are right again after {rating * 1e3:.0f} ms")
    await database.dispose()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


async def _timed(act: Callable[[], Awaitable[Answer]]) -> float:
    """The median of some runs, in seconds of CPU of this process."""
    taken = []
    for _ in range(REPEATS):
        start = time.process_time()
        await act()
        taken.append(time.process_time() - start)
    return sorted(taken)[len(taken) // 2]


async def _rebuild(database: Database) -> float:
    start = time.process_time()
    async with database.writing() as session:
        await RollUpService(session, NOW).refresh(Changes(everything=True))
    return time.process_time() - start


async def _heatmap(database: Database, scope: Scope) -> None:
    async with database.reading() as session:
        heatmap = await ReportService(session, [], NOW).draw_up_heatmap(GroupBy.ORG_UNIT, "short", scope, 20)
        assert heatmap.data


async def _refresh(database: Database, made: "_Organisation", chance: random.Random) -> None:
    person = chance.choice(made.people)
    async with database.writing() as session:
        changed = select(col(SkillLevel.skill_id)).where(col(SkillLevel.person_id) == person).limit(1)
        skill = (await session.execute(changed)).scalar_one_or_none() or made.skills[0]
        await RollUpService(session, NOW).refresh(Changes(skills={person: {skill}}))


def _numpy_limit() -> float:
    """Sums by unit and skill over a matrix that is in memory and in order already: nothing can be faster."""
    levels = np.random.default_rng(7).integers(0, 500, size=(PEOPLE, REQUIREMENTS), dtype=np.uint16)
    skills = np.random.default_rng(8).integers(0, SKILLS, size=(PEOPLE, REQUIREMENTS), dtype=np.int64)
    units = np.arange(PEOPLE, dtype=np.int64) % UNITS
    start = time.process_time()
    missing = np.maximum(0, 300 - levels.astype(np.int32))
    cells = (units[:, None] * SKILLS + skills).ravel()
    np.bincount(cells, weights=missing.ravel(), minlength=UNITS * SKILLS)
    return time.process_time() - start


class _Organisation:
    """Rows for an organisation of the wanted size."""

    def __init__(self, session: UnitOfWork, chance: random.Random) -> None:
        self.session = session
        self.chance = chance
        self.skills = [new_id() for _ in range(SKILLS)]
        self.units = [new_id() for _ in range(UNITS)]
        self.roles = [new_id() for _ in range(ROLES)]
        self.people = [new_id() for _ in range(PEOPLE)]
        self.requirements = {role: chance.sample(self.skills, REQUIREMENTS) for role in self.roles}

    async def fill(self) -> "_Organisation":
        scale = (await self.session.execute(select(Scale).limit(1))).scalar_one()
        framework = new_id()
        await self._insert(
            Framework, [_row(framework, uri="https://b.example", title="B", edition="1", scale_id=scale.id)]
        )
        await self._insert(Skill, (self._skill(id, framework) for id in self.skills))
        for start in range(0, UNITS, 5):  # parents before children
            await self._insert(OrgUnit, [self._unit(place) for place in range(start, min(UNITS, start + 5))])
        await self._insert(Role, (_row(id, title=f"Role {n}", aliases=[]) for n, id in enumerate(self.roles)))
        await self._insert(RoleRequirement, self._required())
        roles = dict(zip(self.people, self.chance.choices(self.roles, k=PEOPLE), strict=True))
        await self._insert(Person, (self._person(n, id, roles[id]) for n, id in enumerate(self.people)))
        await self._insert(SkillLevel, self._levels(roles))
        assert (await self.session.execute(select(func.count()).select_from(Person))).scalar_one() == PEOPLE
        return self

    async def _insert(self, table: type[Any], rows: Iterator[dict[str, Any]] | Sequence[dict[str, Any]]) -> None:
        part: list[dict[str, Any]] = []
        for row in rows:
            part.append(row)
            if len(part) == 20_000:
                await self.session.execute(insert(table), part)
                part = []
        if part:
            await self.session.execute(insert(table), part)

    def _skill(self, id: UUID, framework: UUID) -> dict[str, Any]:
        names = {"labels": {"en": f"Skill {id}"}, "alternative_labels": {}}
        return _row(
            id, framework_id=framework, uri=f"https://b.example/{id}", kind="skill", status="published", **names
        )

    def _unit(self, place: int) -> dict[str, Any]:
        parent = self.units[(place - 1) // 5] if place else None
        return _row(self.units[place], code=f"U{place}", title=f"Unit {place}", parent_id=parent)

    def _required(self) -> Iterator[dict[str, Any]]:
        for role, skills in self.requirements.items():
            for skill in skills:
                yield {
                    "id": new_id(),
                    "role_id": role,
                    "skill_id": skill,
                    "level": self.chance.choice([2, 3, 4]),
                    "importance": self.chance.choice([0.3, 0.5, 0.8, 1.0]),
                    "essential": self.chance.random() < 0.3,
                    "redesign": False,
                    "effective_from": None,
                    "recorded_at": NOW,
                    "replaced_at": None,
                }

    def _person(self, number: int, id: UUID, role: UUID) -> dict[str, Any]:
        manager = self.people[(number - 1) // 10] if number else None
        names = {"user_name": f"p{number}", "user_name_key": f"p{number}"}
        return _row(id, role_id=role, manager_id=manager, org_unit_id=self.units[number % UNITS], **names)

    def _levels(self, roles: dict[UUID, UUID]) -> Iterator[dict[str, Any]]:
        for person, role in roles.items():
            if self.chance.random() < 2 / 3:
                for skill in self.requirements[role]:
                    if self.chance.random() < 2 / 3:
                        yield {
                            "person_id": person,
                            "skill_id": skill,
                            "level": round(self.chance.uniform(0, 5), 2),
                            "verified": self.chance.random() < 0.8,
                            "disagreement": None,
                            "policy_version": 1,
                            "next_change_at": None,
                            "rebuilt_at": NOW,
                        }


def _row(id: UUID, **values: Any) -> dict[str, Any]:
    return {"id": id, "revision": 1, "created_at": NOW, "updated_at": NOW, "deleted_at": None, **values}


if __name__ == "__main__":
    main()
