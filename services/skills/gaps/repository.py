"""Queries behind gaps: what people are known to be able to do, now or at a moment."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from services.skills.assessments.exemptions.models import Exemption, Suspension
from services.skills.assessments.levels.models import SkillLevel
from services.skills.assessments.levels.rules import level_of
from services.skills.assessments.policies.rules import Policy
from services.skills.assessments.ratings.repository import RatingRepository, SkillKey
from services.skills.gaps.rules import HeldSkill
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession
from shared.languages import choose_label

CHUNK = 500
Held = dict[UUID, HeldSkill]


class HoldingRepository:
    """What people hold: level, whether anybody but themselves says so, exempt, suspended."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def of_people(
        self, roles: Mapping[UUID, UUID | None], policy: Policy, at: datetime, *, past: bool
    ) -> dict[UUID, Held]:
        """By person and skill; `roles` names the role that each person's exemptions are read for.

        `past` reads the ledger as it was `at`; else the kept levels are read, and what fell due since they were
        built is worked out again.
        """
        person_ids = list(roles)
        found: dict[UUID, Held] = {person_id: {} for person_id in person_ids}
        levels = (
            await self._from_ledger(person_ids, None, policy, at) if past else await self._kept(person_ids, policy, at)
        )
        exempt = await self._exempt(roles, at)
        suspended = {(person, skill) for person, skill in await self._set_aside(Suspension, [], person_ids, at)}
        for person_id, skill_id in {*levels, *exempt, *suspended}:
            key = (person_id, skill_id)
            level, self_only = levels.get(key, (None, False))
            found[person_id][skill_id] = HeldSkill(level, self_only, key in exempt, key in suspended)
        return found

    async def _kept(
        self, person_ids: list[UUID], policy: Policy, now: datetime
    ) -> dict[SkillKey, tuple[float | None, bool]]:
        columns = SkillLevel.__table__.c  # type: ignore[attr-defined]
        found: dict[SkillKey, tuple[float | None, bool]] = {}
        due: list[SkillKey] = []
        for start in range(0, len(person_ids), CHUNK):
            rows = await self.session.execute(
                select(
                    columns.person_id, columns.skill_id, columns.level, columns.verified, columns.next_change_at
                ).where(columns.person_id.in_(person_ids[start : start + CHUNK]))
            )
            for person_id, skill_id, level, verified, next_change_at in rows:
                found[person_id, skill_id] = (level, level is not None and not verified)
                if next_change_at is not None and next_change_at <= now:
                    due.append((person_id, skill_id))
        if due:
            people, skills = ({key[part] for key in due} for part in (0, 1))
            fresh = await self._from_ledger(list(people), list(skills), policy, now)
            found.update({key: fresh.get(key, (None, False)) for key in due})
        return found

    async def _from_ledger(
        self, person_ids: list[UUID], skill_ids: list[UUID] | None, policy: Policy, at: datetime
    ) -> dict[SkillKey, tuple[float | None, bool]]:
        ratings = await RatingRepository(self.session).standing(person_ids, skill_ids, at)
        levels = {key: level_of(found, policy, at) for key, found in ratings.items()}
        return {key: (level.level, level.self_only) for key, level in levels.items()}

    async def _exempt(self, roles: Mapping[UUID, UUID | None], at: datetime) -> set[SkillKey]:
        """An exemption is from what one role asks for, or from what any role asks for."""
        rows = await self._set_aside(Exemption, [col(Exemption.role_id)], list(roles), at)
        return {(person, skill) for person, skill, role_id in rows if role_id in (None, roles[person])}

    async def _set_aside(
        self, table: type[Exemption] | type[Suspension], more: list[Any], person_ids: list[UUID], at: datetime
    ) -> list[Any]:
        """Person, skill and `more` columns of the exemptions or suspensions that stood at a moment."""
        day = at.date()
        conditions: list[Any] = [
            col(table.starts_on) <= day,
            or_(col(table.ends_on).is_(None), col(table.ends_on) >= day),
            col(table.created_at) <= at,
            or_(col(table.deleted_at).is_(None), col(table.deleted_at) > at),
        ]
        found: list[Any] = []
        for start in range(0, len(person_ids), CHUNK):
            people = col(table.person_id).in_(person_ids[start : start + CHUNK])
            columns = (col(table.person_id), col(table.skill_id), *more)
            found.extend(await self.session.execute(select(*columns).where(people, *conditions)))
        return found


class LabelRepository:
    """What skills are called, in the languages that a caller accepts."""

    def __init__(self, session: AnySession, languages: list[str]) -> None:
        self.session = session
        self.languages = languages

    async def of(self, skill_ids: Collection[UUID]) -> dict[UUID, str]:
        """Labels by id, of deleted skills too: history stays readable."""
        wanted, found = list(skill_ids), dict[UUID, str]()
        for start in range(0, len(wanted), CHUNK):
            rows = await self.session.execute(
                select(col(Skill.id), col(Skill.labels)).where(col(Skill.id).in_(wanted[start : start + CHUNK]))
            )
            found.update({id: choose_label(labels, self.languages) for id, labels in rows})
        return found
