"""A made-up organisation of any size that looks like a real one, written straight into the skills service's tables.

Units of about a hundred people lie in a tree of eight; in each, teams of ten with a leader. A unit works in one job
family, and a team in a few roles of it. A role requires 30 skills: ten that everybody needs, ten of its family, ten of
its own. Two thirds of the people have been rated, in two thirds of these. `shuffled` gives everybody any role instead,
which is the worst that can come.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from services.skills.assessments.levels.models import SkillLevel
from services.skills.assessments.ratings.models import RatingRow
from services.skills.people.models import OrgUnit, Person
from services.skills.roles.models import Role, RoleRequirement
from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.skills.models import Skill
from shared.database.engines import Database
from shared.database.loading import in_columns, load
from shared.ids import new_id

UNIT, TEAM, FAMILIES, EACH = 100, 10, 20, 10
AT_ONCE = 50_000
NOW = datetime.now(UTC)
Row = dict[str, Any]


@dataclass
class Organisation:
    """Ids of what it is made of, in order of making; `roles` are families of roles."""

    people: list[UUID]
    units: list[UUID]
    roles: list[list[UUID]]
    skills: list[UUID] = field(default_factory=list)
    requirements: dict[UUID, list[UUID]] = field(default_factory=dict)
    role_of: dict[UUID, UUID] = field(default_factory=dict)
    levels: int = 0


async def found(database: Database, people: int, *, shuffled: bool = False, ledger: bool = False) -> Organisation:
    """Make an organisation of so many people; with a `ledger` levels have the ratings that they come from."""
    chance = random.Random(7)  # noqa: S311
    roles = max(2, people // 6_000)
    made = Organisation(
        people=[new_id() for _ in range(people)],
        units=[new_id() for _ in range(max(8, people // UNIT))],
        roles=[[new_id() for _ in range(roles)] for _ in range(FAMILIES)],
    )
    _assign_skills(made, chance)
    _assign_roles(made, chance, shuffled=shuffled)
    async with database.reading() as session:
        scale = (await session.execute(select(col(Scale.id)).limit(1))).scalar_one()
    framework = new_id()
    row = _row(framework, uri="https://made.example", title="Made up", edition="1", scale_id=scale)
    await _write(database, Framework, [row])
    await _write(database, Skill, (_skill(id, framework, number) for number, id in enumerate(made.skills)))
    for start in range(0, len(made.units), 8):  # parents before children
        await _write(database, OrgUnit, [_unit(made, place) for place in range(start, min(len(made.units), start + 8))])
    every = [role for family in made.roles for role in family]
    await _write(database, Role, (_row(id, title=f"Role {number}", aliases=[]) for number, id in enumerate(every)))
    await _write(database, RoleRequirement, _required(made, chance))
    await _write(database, Person, (_person(made, number) for number in range(people)))
    await _write(database, SkillLevel, _levels(made, chance))
    if ledger:
        rest = _ratings(made, scale)
        while part := list(islice(rest, AT_ONCE)):
            async with database.writing() as session:
                await load(session, RatingRow, in_columns(part), recorded_by="made", assessed_at=NOW, recorded_at=NOW)
    return made


def _assign_skills(made: Organisation, chance: random.Random) -> None:
    common = _new_skills(made, EACH + EACH // 2)
    for family in made.roles:
        shared = _new_skills(made, 3 * EACH)
        for role in family:
            own = _new_skills(made, EACH)
            made.requirements[role] = [*chance.sample(common, EACH), *chance.sample(shared, EACH), *own]


def _new_skills(made: Organisation, count: int) -> list[UUID]:
    new = [new_id() for _ in range(count)]
    made.skills.extend(new)
    return new


def _assign_roles(made: Organisation, chance: random.Random, *, shuffled: bool) -> None:
    every = [role for family in made.roles for role in family]
    for start in range(0, len(made.people), TEAM):
        unit = start // UNIT
        here = every if shuffled else chance.sample(made.roles[unit % FAMILIES], 2)
        for person in made.people[start : start + TEAM]:
            made.role_of[person] = chance.choice(here)


async def _write(database: Database, table: type[Any], rows: Iterable[Row]) -> None:
    rest = iter(rows)
    while part := list(islice(rest, AT_ONCE)):
        async with database.writing() as session:
            await session.execute(insert(table), part)


def _row(id: UUID, **values: Any) -> Row:
    return {"id": id, "revision": 1, "created_at": NOW, "updated_at": NOW, "deleted_at": None, **values}


def _skill(id: UUID, framework: UUID, number: int) -> Row:
    names = {"labels": {"en": f"Skill number {number}"}, "alternative_labels": {}}
    return _row(id, framework_id=framework, uri=f"https://made.example/{id}", kind="skill", status="published", **names)


def _unit(made: Organisation, place: int) -> Row:
    parent = made.units[(place - 1) // 8] if place else None
    return _row(made.units[place], code=f"U{place}", title=f"Unit {place}", parent_id=parent)


def _required(made: Organisation, chance: random.Random) -> Iterator[Row]:
    for role, skills in made.requirements.items():
        for skill in skills:
            yield {
                "id": new_id(),
                "role_id": role,
                "skill_id": skill,
                "level": chance.choice([2, 3, 4]),
                "importance": chance.choice([0.3, 0.5, 0.8, 1.0]),
                "essential": chance.random() < 0.3,
                "redesign": chance.random() < 0.1,
                "effective_from": None,
                "recorded_at": NOW,
                "replaced_at": None,
            }


def _person(made: Organisation, number: int) -> Row:
    """The first of each team leads it; the leader's own leader is the first of the team that is a tenth as far."""
    team, place = divmod(number, TEAM)
    leader = made.people[(team // TEAM) * TEAM if place == 0 else team * TEAM] if number else None
    return _row(
        made.people[number],
        user_name=f"p{number}",
        user_name_key=f"p{number}",
        role_id=made.role_of[made.people[number]],
        manager_id=leader,
        org_unit_id=made.units[(number // UNIT) % len(made.units)],
    )


def _levels(made: Organisation, chance: random.Random) -> Iterator[Row]:
    for person, role in made.role_of.items():
        if chance.random() < 2 / 3:
            for skill in made.requirements[role]:
                if chance.random() < 2 / 3:
                    made.levels += 1
                    yield {
                        "person_id": person,
                        "skill_id": skill,
                        "level": round(chance.uniform(0, 5), 2),
                        "verified": chance.random() < 0.8,
                        "disagreement": None,
                        "policy_version": 1,
                        "next_change_at": None,
                        "rebuilt_at": NOW,
                    }


def _ratings(made: Organisation, scale: UUID) -> Iterator[Row]:
    """A test of each level, and of each second one the word of a manager."""
    chance = random.Random(8)  # noqa: S311
    for person, role in made.role_of.items():
        for skill in made.requirements[role]:
            for source in ("test", "manager") if chance.random() < 1 / 2 else ("test",):
                if chance.random() < 2 / 3:
                    yield {
                        "id": new_id(),
                        "person_id": person,
                        "skill_id": skill,
                        "level": float(chance.randint(0, 5)),
                        "scale_id": scale,
                        "source": source,
                        "assessor_id": made.people[0] if source == "manager" else None,
                    }
