"""Queries behind gaps: what people are known to be able to do, now or at a moment."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.skills.assessments.exemptions.models import Exemption, Suspension
from services.skills.assessments.exemptions.repository import standing
from services.skills.assessments.levels.models import SkillLevel
from services.skills.assessments.levels.rules import level_of
from services.skills.assessments.policies.rules import Policy
from services.skills.assessments.ratings.repository import RatingRepository, SkillKey
from services.skills.gaps.rules import HeldSkill
from services.skills.taxonomy.skills.models import Skill
from shared.database.prepared import Prepared, one_of
from shared.database.sessions import AnySession, ReadOnlySession
from shared.languages import choose_label

CHUNK = 500
Held = dict[UUID, HeldSkill]
Known = dict[SkillKey, tuple[float | None, bool]]
"""Level, and whether nobody but the person says so."""


class HoldingRepository:
    """What people hold: level, whether anybody but themselves says so, exempt, suspended."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def of_people(
        self,
        roles: Mapping[UUID, UUID | None],
        policy: Policy,
        at: datetime,
        *,
        past: bool,
        skill_ids: Collection[UUID] | None = None,
    ) -> dict[UUID, Held]:
        """By person and skill; `roles` names the role that each person's exemptions are read for.

        `past` reads the ledger as it was `at`; else the kept levels are read, and what fell due since they were
        built is worked out again.
        """
        people = list(roles)
        wanted = None if skill_ids is None else list(skill_ids)
        levels = (
            await self._from_ledger(people, wanted, policy, at)
            if past
            else await self._kept(people, wanted, policy, at)
        )
        exempt = await self.exempt(roles, at)
        suspended = await self.suspended(people, at)
        found: dict[UUID, Held] = {person_id: {} for person_id in people}
        for key in {*levels, *exempt, *suspended}:
            person_id, skill_id = key
            level, self_only = levels.get(key, (None, False))
            found[person_id][skill_id] = HeldSkill(level, self_only, key in exempt, key in suspended)
        return found

    async def _kept(self, people: list[UUID], skills: list[UUID] | None, policy: Policy, now: datetime) -> Known:
        columns = SkillLevel.__table__.c  # type: ignore[attr-defined]
        statement = select(
            columns.person_id,
            columns.skill_id,
            columns.level,
            columns.verified,
            columns.next_change_at,
            columns.policy_version,
        )
        if skills is not None:
            statement = statement.where(columns.skill_id.in_(skills))
        found: Known = {}
        due: list[SkillKey] = []
        for part in _parts(people):
            rows = await self.session.execute(statement.where(columns.person_id.in_(part)))
            for person_id, skill_id, level, verified, next_change_at, version in rows:
                found[person_id, skill_id] = (level, level is not None and not verified)
                if version != policy.version or (next_change_at is not None and next_change_at <= now):
                    due.append((person_id, skill_id))
        found.update(await self.fresh(due, policy, now))
        return found

    async def fresh(self, due: list[SkillKey], policy: Policy, now: datetime) -> Known:
        """Levels whose time has come and that nobody has rebuilt yet."""
        if not due:
            return {}
        people, skills = ({key[part] for key in due} for part in (0, 1))
        fresh = await self._from_ledger(list(people), list(skills), policy, now)
        return {key: fresh.get(key, (None, False)) for key in due}

    async def _from_ledger(self, people: list[UUID], skills: list[UUID] | None, policy: Policy, at: datetime) -> Known:
        found: Known = {}
        for part in _parts(people):
            ratings = await RatingRepository(self.session).standing(part, skills, at)
            levels = {key: level_of(given, policy, at) for key, given in ratings.items()}
            found.update({key: (level.level, level.self_only) for key, level in levels.items()})
        return found

    async def suspended(self, people: Collection[UUID], at: datetime) -> set[SkillKey]:
        return {(person, skill) for person, skill in await self._set_aside(Suspension, [], list(people), at)}

    async def exempt(self, roles: Mapping[UUID, UUID | None], at: datetime) -> set[SkillKey]:
        """An exemption is from what one role asks for, or from what any role asks for."""
        rows = await self._set_aside(Exemption, [col(Exemption.role_id)], list(roles), at)
        return {(person, skill) for person, skill, role_id in rows if role_id in (None, roles[person])}

    async def _set_aside(
        self, table: type[Exemption] | type[Suspension], more: list[Any], people: list[UUID], at: datetime
    ) -> list[Any]:
        """Person, skill and `more` columns of the exemptions or suspensions that stood at a moment."""
        columns = (col(table.person_id), col(table.skill_id), *more)
        found: list[Any] = []
        for part in _parts(people):
            rows = await self.session.execute(
                select(*columns).where(col(table.person_id).in_(part), standing(table, at))
            )
            found.extend(rows)
        return found


class LabelRepository:
    """What skills are called, in the languages that a caller accepts."""

    def __init__(self, session: AnySession, languages: list[str]) -> None:
        self.session = session
        self.languages = languages

    async def of(self, skill_ids: Collection[UUID]) -> dict[UUID, str]:
        """Labels by id, of deleted skills too: history stays readable."""
        rows = await fetch(self.session, _LABELS, ids=skill_ids)
        return {row["id"]: choose_label(row["labels"], self.languages) for row in rows}


_skills: Any = Skill.__table__  # type: ignore[attr-defined]
_LABELS = Prepared(select(_skills.c.id, _skills.c.labels).where(one_of(_skills.c.id, "ids")))


async def fetch(session: AnySession, prepared: Prepared, **asked: Any) -> list[dict[str, Any]]:
    """Rows of a statement that was built once."""
    if isinstance(session, ReadOnlySession):
        return await session.look_up(prepared, asked)
    return [dict(row) for row in (await session.execute(prepared.statement, asked)).mappings()]


def _parts(ids: Collection[Any]) -> list[list[Any]]:
    every = list(ids)
    return [every[start : start + CHUNK] for start in range(0, len(every), CHUNK)]
