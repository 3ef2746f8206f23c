"""Use cases of levels: rebuild what changed, and explain a person's levels."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.skills.assessments.exemptions.repository import SuspensionRepository
from services.skills.assessments.levels.repository import KeptLevel, LevelRepository
from services.skills.assessments.levels.rules import Contribution, Level, confidence, level_of, recency
from services.skills.assessments.levels.schemas import ContributionRead, PersonSkills, SkillLevelRead
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Policy, Source
from services.skills.assessments.ratings.repository import RatingRepository, SkillKey
from services.skills.assessments.ratings.rules import SYSTEM_SOURCES, Rating
from services.skills.roles.schemas import SkillBrief
from services.skills.taxonomy.skills.repository import SkillRepository
from shared.contracts.skills.events import LevelChanged, RatingExpired
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.facts import Fact
from shared.events.outbox import record
from shared.languages import choose_label

PEOPLE_AT_ONCE = 500


class LevelKeeper:
    """Keeps the derived levels true. Always in the transaction of the change that made them untrue."""

    def __init__(self, session: UnitOfWork, now: datetime) -> None:
        self.session = session
        self.now = now
        self.levels = LevelRepository(session)

    async def rebuild(self, person_id: UUID, skill_ids: Collection[UUID]) -> dict[UUID, Level]:
        """Work out a person's levels in these skills again, and tell those that changed. Returns all, by skill."""
        await self.levels.lock([person_id])
        levels = await self._rebuild({person_id: skill_ids}, await PolicyRepository(self.session).in_force())
        return {skill_id: level for (_, skill_id), level in levels.items()}

    async def rebuild_many(self, touched: Mapping[UUID, Collection[UUID]]) -> None:
        """The same for several people, in a few statements for each PEOPLE_AT_ONCE of them."""
        await self.levels.lock(touched)
        policy = await PolicyRepository(self.session).in_force()
        people = sorted(touched)
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            await self._rebuild({id: touched[id] for id in people[start : start + PEOPLE_AT_ONCE]}, policy)

    async def _rebuild(self, touched: Mapping[UUID, Collection[UUID]], policy: Policy) -> dict[SkillKey, Level]:
        skill_ids = {skill_id for skills in touched.values() for skill_id in skills}
        standing = await RatingRepository(self.session).standing(list(touched), skill_ids)
        before = await self.levels.of_people(touched, skill_ids)
        levels, rows, facts = dict[SkillKey, Level](), [], list[Fact]()
        for person_id, skill_id in ((person, skill) for person, skills in touched.items() for skill in skills):
            ratings = standing.get((person_id, skill_id), [])
            levels[person_id, skill_id] = level = level_of(ratings, policy, _newest(ratings, self.now))
            rows.append(_row(person_id, skill_id, level, policy, self.now))
            facts += self._facts(before.get((person_id, skill_id)), level, ratings, person_id, skill_id)
        await self.levels.write(rows)
        await record(self.session, *facts)
        return levels

    def _facts(
        self, before: KeptLevel | None, level: Level, ratings: Sequence[Rating], person_id: UUID, skill_id: UUID
    ) -> list[Fact]:
        facts: list[Fact] = [_expired(r, person_id, skill_id) for r in ratings if _expired_since(r, before, self.now)]
        old = before.level if before else None
        if old != level.level or (before is not None and before.verified != level.verified):
            facts.append(
                LevelChanged(
                    person_id=person_id, skill_id=skill_id, before=old, level=level.level, verified=level.verified
                )
            )
        return facts


class LevelReader:
    """Explains levels, straight from the ledger: now, or as they were."""

    def __init__(self, session: AnySession, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.languages = languages
        self.now = now

    async def of_person(self, person_id: UUID, as_of: datetime | None, skill_id: UUID | None = None) -> PersonSkills:
        """Every skill in which the person was ever rated, by label."""
        at = as_of or self.now
        policy = await PolicyRepository(self.session).in_force(as_of)
        wanted = [skill_id] if skill_id is not None else None
        ratings = await RatingRepository(self.session).standing([person_id], wanted, as_of)
        levels = {skill: level_of(found, policy, at) for (_, skill), found in ratings.items()}
        levels = {skill: level for skill, level in levels.items() if level.contributions}
        return PersonSkills(
            person_id=person_id,
            as_of=as_of,
            policy_version=policy.version,
            data=await self._read(person_id, levels, policy, at),
            next_cursor=None,
        )

    async def _read(
        self, person_id: UUID, levels: dict[UUID, Level], policy: Policy, at: datetime
    ) -> list[SkillLevelRead]:
        skills = await SkillRepository(self.session).find_many(levels)
        spans = await LevelRepository(self.session).spans(levels, at)
        suspended = await SuspensionRepository(self.session).suspended_skills(person_id, at)
        found = [
            SkillLevelRead(
                skill=SkillBrief(id=id, label=choose_label(skills[id].labels, self.languages)),
                level=level.level,
                verified=level.verified,
                confidence=confidence(level, policy, at, spans[id]),
                disagreement=level.disagreement,
                suspended=id in suspended,
                contributions=[_contribution(c, policy, at) for c in level.contributions],
                next_change_at=level.next_change_at,
            )
            for id, level in levels.items()
            if id in skills
        ]
        return sorted(found, key=lambda item: (item.skill.label.casefold(), str(item.skill.id)))


def _row(person_id: UUID, skill_id: UUID, level: Level, policy: Policy, now: datetime) -> dict[str, object]:
    return {
        "person_id": person_id,
        "skill_id": skill_id,
        "level": level.level,
        "verified": level.verified,
        "disagreement": level.disagreement,
        "policy_version": policy.version,
        "next_change_at": level.next_change_at,
        "rebuilt_at": now,
    }


def _newest(ratings: Sequence[Rating], now: datetime) -> datetime:
    """The moment to look from: now, or a little later where another request, begun after this one, was faster."""
    return max([now, *(rating.recorded_at for rating in ratings)])


def _expired_since(rating: Rating, before: KeptLevel | None, now: datetime) -> bool:
    """Whether a rating's time ran out after the level was last built. Expired on arrival is no news."""
    return before is not None and rating.expires_at is not None and before.rebuilt_at < rating.expires_at <= now


def _expired(rating: Rating, person_id: UUID, skill_id: UUID) -> RatingExpired:
    is_peer = rating.source is Source.PEER
    return RatingExpired(
        rating_id=rating.id,
        person_id=person_id,
        skill_id=skill_id,
        level=None if is_peer else rating.level,
        source=rating.source,
        assessor_id=None if is_peer or rating.source in SYSTEM_SOURCES else UUID(rating.assessor),
        assessed_at=rating.assessed_at,
        cycle_id=None,
    )


def _contribution(contribution: Contribution, policy: Policy, at: datetime) -> ContributionRead:
    age_days = contribution.age_days(at)
    return ContributionRead(
        source=contribution.source,
        mean=contribution.mean,
        raters=contribution.raters,
        age_days=round(age_days, 2),
        weight=contribution.weight,
        recency=round(recency(age_days, policy), 4),
        share=contribution.share,
        superseded_by=contribution.superseded_by,
    )
