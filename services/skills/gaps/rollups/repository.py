"""Queries of what is kept: standings of people, profiles of roles, sheets of groups."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    Integer,
    String,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    select,
    type_coerce,
)

from services.skills.gaps.repository import fetch
from services.skills.gaps.rollups.crowds import Crowd, Joined
from services.skills.gaps.rollups.models import KeptProfile, KeptSheet, KeptStanding, SkillNumber
from services.skills.gaps.rollups.profiles import ASKS_NOTHING, Profile
from services.skills.gaps.rollups.rules import KEPT_KINDS, NONE, PLACE, PRESENT, GroupKind, Standing
from services.skills.people.repository import reached_below
from services.skills.taxonomy.skills.models import Skill
from shared.database.engines import Database
from shared.database.loading import in_columns, load
from shared.database.prepared import Prepared, one_of
from shared.database.sessions import AnySession
from shared.database.upserts import upsert
from shared.languages import choose_label

CHUNK = 500
WRITE_AT_ONCE = 5_000
Found = TypeVar("Found")
_standings: Any = KeptStanding.__table__  # type: ignore[attr-defined]
_sheets: Any = KeptSheet.__table__  # type: ignore[attr-defined]
_numbers: Any = SkillNumber.__table__  # type: ignore[attr-defined]
_skills: Any = Skill.__table__  # type: ignore[attr-defined]
_profiles: Any = KeptProfile.__table__  # type: ignore[attr-defined]


_OF_KIND = (_sheets.c.snapshot_id == bindparam("snapshot"), _sheets.c.kind == bindparam("kind"))
_SHEETS = select(_sheets.c.group_id, _sheets.c.cells).where(*_OF_KIND)
_IN_GROUPS = one_of(_sheets.c.group_id, "groups")
_ALL_SHEETS, _SOME_SHEETS = Prepared(_SHEETS), Prepared(_SHEETS.where(_IN_GROUPS))
_SKILLS = Prepared(select(_numbers.c.number, _numbers.c.skill_id).where(one_of(_numbers.c.number, "numbers")))
_NAMED_SKILLS = Prepared(
    select(_numbers.c.number, _numbers.c.skill_id, _skills.c.labels)
    .join_from(_numbers, _skills, _skills.c.id == _numbers.c.skill_id)
    .where(one_of(_numbers.c.number, "numbers"))
)


class Ids(Generic[Found]):
    """Reads ids of many rows: what stands behind one is looked up once for each value, not once for each row."""

    def __init__(self, look_up: Callable[[UUID], Found]) -> None:
        self._look_up = look_up
        self._known: dict[Any, Found] = {}

    @staticmethod
    def bare(column: Any) -> Any:
        """A column of ids as the driver has it: text on SQLite, UUIDs on PostgreSQL."""
        return type_coerce(column, String).label(column.name)

    def read(self, value: Any) -> Found:
        try:
            return self._known[value]
        except KeyError:
            found = self._known[value] = self._look_up(as_uuid(value))
            return found


_PEOPLE = Prepared(select(Ids.bare(_sheets.c.group_id).label("id"), _sheets.c.people).where(*_OF_KIND))
_SMALL = Prepared(
    select(_sheets.c.people)
    .where(*_OF_KIND, _sheets.c.people > 0, _sheets.c.people < bindparam("minimum", type_=Integer()))
    .limit(1)
)


def as_uuid(value: Any) -> UUID:
    """An id that was read bare."""
    return value if isinstance(value, UUID) else UUID(value)


class RollUpRepository:
    """What is kept of everybody's gaps, at present or in the snapshot of a closed cycle."""

    def __init__(self, session: AnySession, snapshot_id: UUID = PRESENT) -> None:
        self.session = session
        self.snapshot_id = snapshot_id
        self._standing = _standings.c.snapshot_id == snapshot_id
        self._sheet = _sheets.c.snapshot_id == snapshot_id

    async def standings(self, condition: Any) -> list[Standing]:
        """Standings of the people whom a condition holds for."""
        columns = [_standings.c[name] for name in Standing._fields[:-1]]
        bare: list[Any] = [*map(Ids.bare, columns), _standings.c.held]
        rows = await self.session.execute(select(*bare).where(self._standing, condition))
        read = Ids(lambda id: id).read
        return [
            Standing(read(person), read(role), read(unit), read(manager), read(profile), held)
            for person, role, unit, manager, profile, held in rows
        ]

    async def crowd(self, kind: GroupKind, conditions: Sequence[Any]) -> Crowd:
        """Everybody in scope, by a kind of group. On SQLite read beside the event loop: these may be many; PostgreSQL
        puts them together itself.
        """
        group, profile, held = _standings.c[PLACE[kind]], _standings.c.profile_id, _standings.c.held
        database: Database = self.session.info["database"]
        if not database.is_sqlite:
            joined = [func.string_agg(each, b"") for each in (func.uuid_send(group), held)]
            columns = [part.label(name) for part, name in zip((profile, *joined), Joined._fields, strict=True)]
            statement = select(*columns).where(self._standing, *conditions).group_by(profile)
            rows = await database.look_ups.rows(Prepared(statement), {})
            return Crowd.joined([Joined(**row) for row in rows])
        async with database.scanner.connect() as connection:
            bare: list[Any] = [Ids.bare(group), Ids.bare(profile), held]
            people = (await connection.execute(select(*bare).where(self._standing, *conditions))).all()
        return await asyncio.to_thread(Crowd.of, people)

    async def of_people(self, person_ids: Collection[UUID]) -> dict[UUID, Standing]:
        """The kept standings of people; who was never counted is absent."""
        found: list[Standing] = []
        for part in parts(person_ids):
            found += await self.standings(_standings.c.person_id.in_(part))
        return {standing.person_id: standing for standing in found}

    async def in_groups(self, groups: Mapping[GroupKind, Collection[UUID]]) -> list[Standing]:
        """The standings of everybody who is right in one of the groups."""
        found: dict[UUID, Standing] = {}
        for kind, ids in groups.items():
            for part in parts(ids):
                rows = await self.standings(_standings.c[PLACE[kind]].in_(part))
                found.update({standing.person_id: standing for standing in rows})
        return list(found.values())

    async def profiles(self, ids: Collection[UUID]) -> dict[UUID, Profile]:
        found: dict[UUID, Profile] = {}
        for part in parts(ids):
            rows = await self.session.execute(select(_profiles).where(_profiles.c.id.in_(part)))
            found.update({id: Profile.read(asked) for id, asked in rows})
        return found

    async def numbers(self, skill_ids: Collection[UUID]) -> dict[UUID, int]:
        """The numbers of skills; those that have none yet are absent."""
        found: dict[UUID, int] = {}
        for part in parts(skill_ids):
            rows = await self.session.execute(
                select(_numbers.c.skill_id, _numbers.c.number).where(_numbers.c.skill_id.in_(part))
            )
            found.update({skill_id: number for skill_id, number in rows})  # noqa: C416 - a Row is not a pair to mypy
        return found

    async def skills(self, numbers: Collection[int]) -> dict[int, UUID]:
        """The skills behind numbers."""
        rows = await fetch(self.session, _SKILLS, numbers=numbers)
        return {row["number"]: row["skill_id"] for row in rows}

    async def named_skills(self, numbers: Collection[int], languages: Sequence[str]) -> dict[int, tuple[UUID, str]]:
        """The skills behind numbers and what they are called, deleted ones too."""
        rows = await fetch(self.session, _NAMED_SKILLS, numbers=numbers)
        return {row["number"]: (row["skill_id"], choose_label(row["labels"], languages)) for row in rows}

    async def last_number(self) -> int:
        return int((await self.session.execute(select(func.coalesce(func.max(_numbers.c.number), 0)))).scalar_one())

    async def sheets(self, kind: GroupKind, group_ids: Collection[UUID] | None) -> tuple[list[UUID], list[bytes]]:
        """Groups of a kind and their packed sheets: of all, or of some."""
        rows = await self._of_kind(_ALL_SHEETS, _SOME_SHEETS, kind, group_ids)
        return [row["group_id"] for row in rows], [row["cells"] for row in rows]

    async def _of_kind(
        self, every: Prepared, some: Prepared, kind: GroupKind, group_ids: Collection[UUID] | None
    ) -> list[dict[str, Any]]:
        if group_ids is None:
            return await fetch(self.session, every, snapshot=self.snapshot_id, kind=kind)
        return await fetch(self.session, some, snapshot=self.snapshot_id, kind=kind, groups=group_ids)

    async def people_by(
        self,
        kind: GroupKind,
        org_unit_ids: Collection[UUID] | None = None,
        role_id: UUID | None = None,
        leaders: Collection[UUID | None] = (),
    ) -> dict[Any, int]:
        """How many people the kept figures of each group are of, by bare id: all, or some. Who is asked for nothing
        stands behind no figure.
        """
        if kind in KEPT_KINDS and org_unit_ids is None and role_id is None and not leaders:
            found = await fetch(self.session, _PEOPLE, snapshot=self.snapshot_id, kind=kind)
            return {row["id"]: row["people"] for row in found}
        group = _standings.c[PLACE[kind]]
        asked = _standings.c.profile_id.not_in((NONE, ASKS_NOTHING))
        narrowed = (self._standing, asked, *within(org_unit_ids, role_id, leaders))
        statement = select(Ids.bare(group), func.count()).where(*narrowed).group_by(group)
        return {id: count for id, count in await self.session.execute(statement)}  # noqa: C416 - a Row is not a pair to mypy

    async def any_below(self, kind: GroupKind, minimum: int) -> bool:
        """Whether a kept group is of fewer people than `minimum`, and not of nobody."""
        return bool(await fetch(self.session, _SMALL, snapshot=self.snapshot_id, kind=kind, minimum=minimum))

    async def forget_everybody(self) -> None:
        await self.session.execute(delete(_standings).where(self._standing))
        await self.session.execute(delete(_sheets).where(self._sheet))

    async def forget_people(self, person_ids: Collection[UUID]) -> None:
        for part in parts(person_ids):
            await self.session.execute(delete(_standings).where(self._standing, _standings.c.person_id.in_(part)))

    async def forget_sheets(self, kind: GroupKind, group_ids: Collection[UUID]) -> None:
        for part in parts(group_ids):
            condition = and_(self._sheet, _sheets.c.kind == kind, _sheets.c.group_id.in_(part))
            await self.session.execute(delete(_sheets).where(condition))

    async def forget_unused_profiles(self) -> None:
        used = select(_standings.c.profile_id).distinct()
        await self.session.execute(delete(_profiles).where(_profiles.c.id.not_in(used)))

    async def keep_numbers(self, numbers: Mapping[UUID, int]) -> None:
        rows = [{"skill_id": skill_id, "number": number} for skill_id, number in numbers.items()]
        await self._insert(insert(_numbers), rows)

    async def keep_profiles(self, profiles: Iterable[Profile]) -> None:
        rows = [{"id": profile.id, "asked": profile.packed} for profile in profiles]
        await self._insert(upsert(_profiles, update=()), rows)

    async def keep_people(self, standings: Sequence[tuple[Standing, date | None]]) -> None:
        rows = [{**standing._asdict(), "next_change_on": day} for standing, day in standings]
        await load(self.session, _standings, in_columns(rows), snapshot_id=self.snapshot_id)

    async def keep_sheets(self, kind: GroupKind, sheets: Iterable[tuple[UUID, int, bytes]]) -> None:
        """`sheets` are group, people in it, and figures."""
        key = {"snapshot_id": self.snapshot_id, "kind": kind}
        rows = [{**key, "group_id": id, "people": people, "cells": cells} for id, people, cells in sheets]
        await self._insert(insert(_sheets), rows)

    async def _insert(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self.session.execute(statement, rows)


def within(
    org_unit_ids: Collection[UUID] | None, role_id: UUID | None, leaders: Collection[UUID | None] = ()
) -> list[Any]:
    """Conditions on standings: in some units, in a role, and below every one of some leaders (None: below nobody)."""
    conditions: list[Any] = []
    if org_unit_ids is not None:
        conditions.append(one_of(_standings.c.org_unit_id, org_unit_ids))
    if role_id is not None:
        conditions.append(_standings.c.role_id == role_id)
    for leader_id in leaders:
        # Standings are of people who are here: who was deleted need not be sorted out once more.
        conditions.append(_standings.c.person_id.in_(reached_below(leader_id)) if leader_id else false())
        conditions.append(_standings.c.person_id != leader_id)
    return conditions


def parts(ids: Collection[Any]) -> list[list[Any]]:
    """Few enough at a time for one statement."""
    every = list(ids)
    return [every[start : start + CHUNK] for start in range(0, len(every), CHUNK)]
