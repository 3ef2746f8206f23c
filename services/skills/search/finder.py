"""The search of one process: an index in memory that follows the service's own log of facts.

The index of everything is made at the start. Skills that change afterwards are indexed apart, in small parts that
take precedence and are joined as they grow. After an import, and when they are many, everything is made anew beside
the requests, which are answered from what there is meanwhile.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import func, select

from services.skills.search.index import Entry, LabelIndex
from services.skills.search.mentions import Mention, MentionFinder
from services.skills.search.repository import SearchRepository, SkillLabels
from shared.contracts.skills.events import ImportFinished, SkillChanged
from shared.database.engines import Database
from shared.events.facts import Event
from shared.events.feed import LocalFeed
from shared.events.outbox import settle
from shared.observability.logging import get_logger

FOLLOWED = frozenset({SkillChanged.type, ImportFinished.type})
MANY_CHANGES = 5000
BATCH = 1000
LOOK_SECONDS = 1.0
NOT_ABOUT_SKILLS = frozenset({"people_csv", "people_ndjson", "ratings_csv"})
"""Formats of imports that change nothing of what is found or of its order."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A skill that fits what was typed."""

    skill: SkillLabels
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Named:
    """A skill that a text names."""

    skill: SkillLabels
    mention: Mention


class _Part:
    """Some skills, indexed. `ids` are those it speaks for, the ones that cannot be found any more included."""

    def __init__(self, skills: list[SkillLabels], ids: Iterable[UUID]) -> None:
        self.skills = skills
        self.ids = frozenset(ids)
        self.entries = [entry for number, skill in enumerate(skills) for entry in _entries(number, skill)]
        self.index = LabelIndex(self.entries)

    @cached_property
    def mentions(self) -> MentionFinder:
        return MentionFinder(self.entries)

    @property
    def finds_mentions(self) -> bool:
        return "mentions" in self.__dict__

    def search(self, query: str, limit: int) -> list[Found]:
        return [Found(self.skills[h.skill], h.label, h.score) for h in self.index.search(query, limit)]

    def find(self, text: str, language: str) -> list[Named]:
        return [Named(self.skills[m.skill], m) for m in self.mentions.find(text, language)]


@dataclass(frozen=True, slots=True)
class _Edition:
    """Everything at a moment: up to which fact, and up to which change of a skill."""

    whole: _Part
    seen: int
    as_of: datetime | None


class SkillFinder:
    """Finds skills by typed words and in texts. `run` keeps it current; each call catches up by itself, too.

    Who created or changed a skill finds it so at once, and so does who imported a few. What an import of many brought
    is found when the new edition is made; only where there was nothing before, calls wait for it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._edition = _Edition(_Part([], ()), -1, None)
        self._recent: list[_Part] = []
        self._fresh: list[_Part] | None = None
        """Changes since a new edition is being made, which may not have them; None while none is."""
        self._feed = LocalFeed(database, FOLLOWED)
        self._seen = -1
        self._is_outdated = False
        self._unsettled = 0
        self._catching_up = asyncio.Lock()
        self._making = asyncio.Lock()

    async def run(self) -> None:
        """Make the index at the start, then follow the log until cancelled."""
        while True:
            try:
                await self.catch_up()
                await self._look_ahead()
                if self._is_outdated:
                    await self._renew()
            except Exception:  # the database may be away; the next look repairs it
                log.exception("search.behind")
            await self._database.doorbell.wait(LOOK_SECONDS, FOLLOWED)

    async def catch_up(self) -> None:
        """Know every fact that is committed."""
        async with self._catching_up:
            if self._seen < 0:
                await self._make()
                return
            await settle(self._database)
            if events := await self._feed.pull(self._seen, BATCH, wait=0):
                await self._take(events)

    async def search(self, query: str, limit: int, framework_id: UUID | None = None) -> list[Found]:
        """The skills that fit best, best first."""
        await self.catch_up()
        found: list[Found] = []
        for place, (part, is_told_later) in enumerate(self._tiers()):
            wanted = limit if framework_id is None and place == 0 else limit * 4
            found += [hit for hit in part.search(query, wanted) if not is_told_later(hit.skill.id)]
        if framework_id is not None:
            found = [hit for hit in found if hit.skill.framework_id == framework_id]
        return sorted(found, key=_rank)[:limit]

    async def extract(self, text: str, language: str) -> list[Named]:
        """The skills that a text names, in its order."""
        await self.catch_up()
        found: list[Named] = []
        for part, is_told_later in list(self._tiers()):
            named = await asyncio.to_thread(part.find, text, language)
            found += [one for one in named if not is_told_later(one.skill.id)]
        return sorted(found, key=lambda one: one.mention.start)

    def _tiers(self) -> Iterator[tuple[_Part, Callable[[UUID], bool]]]:
        """Each part, the newest first, with whether a newer one speaks for a skill."""
        parts = [*(self._fresh or ()), *self._recent, self._edition.whole]
        for place, part in enumerate(parts):
            newer = frozenset().union(*(other.ids for other in parts[:place]))
            yield part, newer.__contains__

    @property
    def _knows_any(self) -> bool:
        return any(part.skills for part, _ in self._tiers())

    async def _read(self) -> _Edition:
        """Index everything, in a thread; with what finds mentions, if that was asked for before."""
        async with self._database.scanning() as session:
            outbox = self._database.kernel.outbox
            seen = (await session.execute(select(func.coalesce(func.max(outbox.c.seq), 0)))).scalar_one()
            repository = SearchRepository(session)
            as_of, skills = await repository.newest_change(), await repository.list_labels()
        with_mentions = self._edition.whole.finds_mentions

        def make() -> _Part:
            part = _Part(skills, [skill.id for skill in skills])
            if with_mentions:
                part.mentions  # noqa: B018 - made here rather than while somebody waits
            return part

        return _Edition(await asyncio.to_thread(make), seen, as_of)

    async def _make_first(self) -> None:
        """There is nothing to answer from: wait for the edition, perhaps one that is being made."""
        async with self._making:
            if not self._knows_any:
                await self._make()

    async def _make(self) -> None:
        self._edition = await self._read()
        self._seen, self._recent, self._is_outdated = self._edition.seen, [], False

    async def _renew(self) -> None:
        """Make a new edition beside the requests. What changes meanwhile is kept apart, for the edition may lack it."""
        async with self._making:
            self._is_outdated, self._fresh = False, []
            try:
                self._edition = await self._read()
                self._recent = self._fresh
            except BaseException:
                self._is_outdated, self._recent = True, self._fresh + self._recent
                raise
            finally:
                self._fresh = None

    async def _look_ahead(self) -> None:
        """Begin with what a large import has written while it writes the rest: the roles, the relations."""
        async with self._database.reading() as session:
            changed = await SearchRepository(session).count_changed(self._edition.as_of)
        self._is_outdated |= changed > MANY_CHANGES and changed == self._unsettled
        self._unsettled = changed

    async def _take(self, events: list[Event]) -> None:
        changed = {UUID(event.data["skill_id"]) for event in events if event.type == SkillChanged.type}
        if any(_imports_skills(event) for event in events):
            if not self._knows_any:
                await self._make_first()
                return
            self._is_outdated = True
        async with self._database.reading() as session:
            repository = SearchRepository(session)
            if self._is_outdated:
                imported = await repository.list_changed(self._edition.as_of, MANY_CHANGES + 1)
                changed.update(imported if len(imported) <= MANY_CHANGES else ())
            skills = await repository.list_labels(changed)
        self._add(skills, changed)
        self._is_outdated |= sum(len(part.ids) for part in self._recent) > MANY_CHANGES
        self._seen = events[-1].seq

    def _add(self, skills: list[SkillLabels], ids: set[UUID]) -> None:
        """A new part in front, joined with those that are no larger: each skill is indexed anew a few times only."""
        recent = self._recent if self._fresh is None else self._fresh
        while recent and len(recent[0].ids) <= len(ids):
            older = recent.pop(0)
            skills = skills + [skill for skill in older.skills if skill.id not in ids]
            ids = ids | older.ids
        recent.insert(0, _Part(skills, ids))


def _rank(hit: Found) -> tuple[float, bool, int, int, str]:
    """The best first; of equals those that may still be asked for, then the shorter, then the more used ones."""
    return -hit.score, hit.skill.status == "deprecated", len(hit.label), -hit.skill.uses, hit.label


def _imports_skills(event: Event) -> bool:
    """Whether an import may have changed what is found, or how many roles require it."""
    if event.type != ImportFinished.type or event.data["format"] in NOT_ABOUT_SKILLS:
        return False
    return any(event.data[number] for number in ("created", "updated", "retired"))


def _entries(number: int, skill: SkillLabels) -> list[Entry]:
    preferred = [Entry(number, label, True, skill.uses, language) for language, label in skill.labels.items()]
    others = [
        Entry(number, label, False, skill.uses, language)
        for language, labels in skill.alternative_labels.items()
        for label in labels
    ]
    return preferred + others
