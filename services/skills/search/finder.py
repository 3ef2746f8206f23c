"""The search of one process: an index in memory that follows the service's own log of facts.

The index of everything is made once. Skills that change afterwards are indexed apart, in small parts that
take precedence and are joined as they grow, until they are many; an import makes everything anew.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
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
        self._mentions: MentionFinder | None = None

    def search(self, query: str, limit: int) -> list[Found]:
        return [Found(self.skills[h.skill], h.label, h.score) for h in self.index.search(query, limit)]

    def find(self, text: str, language: str) -> list[Named]:
        if self._mentions is None:
            self._mentions = MentionFinder(self.entries)
        return [Named(self.skills[m.skill], m) for m in self._mentions.find(text, language)]


class SkillFinder:
    """Finds skills by typed words and in texts. `run` keeps it current; each call catches up by itself, too."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._parts = [_Part([], ())]
        self._feed = LocalFeed(database, FOLLOWED)
        self._seen = -1
        self._catching_up = asyncio.Lock()

    async def run(self) -> None:
        """Make the index at the start, then follow the log until cancelled."""
        while True:
            try:
                await self.catch_up()
            except Exception:  # the database may be away; the next look repairs it
                log.exception("search.behind")
            await self._database.doorbell.wait(5.0, FOLLOWED)

    async def catch_up(self) -> None:
        """Know everything that is committed."""
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
        for part, is_told_later in self._tiers():
            wanted = limit if framework_id is None and part is self._parts[0] else limit * 4
            found += [hit for hit in part.search(query, wanted) if not is_told_later(hit.skill.id)]
        if framework_id is not None:
            found = [hit for hit in found if hit.skill.framework_id == framework_id]
        return sorted(found, key=_rank)[:limit]

    async def extract(self, text: str, language: str) -> list[Named]:
        """The skills that a text names, in its order."""
        await self.catch_up()
        found: list[Named] = []
        for part, is_told_later in self._tiers():
            named = await asyncio.to_thread(part.find, text, language)
            found += [one for one in named if not is_told_later(one.skill.id)]
        return sorted(found, key=lambda one: one.mention.start)

    def _tiers(self) -> Iterator[tuple[_Part, Callable[[UUID], bool]]]:
        """Each part, the newest first, with whether a newer one speaks for a skill."""
        for place, part in enumerate(self._parts):
            newer = frozenset().union(*(other.ids for other in self._parts[:place]))
            yield part, newer.__contains__

    async def _make(self) -> None:
        async with self._database.scanning() as session:
            outbox = self._database.kernel.outbox
            seen = (await session.execute(select(func.coalesce(func.max(outbox.c.seq), 0)))).scalar_one()
            skills = await SearchRepository(session).list_labels()
        self._parts = [await asyncio.to_thread(_Part, skills, [skill.id for skill in skills])]
        self._seen = seen

    async def _take(self, events: list[Event]) -> None:
        changed = {UUID(event.data["skill_id"]) for event in events if event.type == SkillChanged.type}
        if _imported(events) or len(changed) + sum(len(part.ids) for part in self._parts[:-1]) > MANY_CHANGES:
            await self._make()
            return
        async with self._database.reading() as session:
            skills = await SearchRepository(session).list_labels(changed)
        self._add(skills, changed)
        self._seen = events[-1].seq

    def _add(self, skills: list[SkillLabels], ids: set[UUID]) -> None:
        """A new part in front, joined with those that are no larger: each skill is indexed anew a few times only."""
        *recent, everything = self._parts
        while recent and len(recent[0].ids) <= len(ids):
            older = recent.pop(0)
            skills = skills + [skill for skill in older.skills if skill.id not in ids]
            ids = ids | older.ids
        self._parts = [_Part(skills, ids), *recent, everything]


def _rank(hit: Found) -> tuple[float, bool, int, int, str]:
    """The best first; of equals those that may still be asked for, then the shorter, then the more used ones."""
    return -hit.score, hit.skill.status == "deprecated", len(hit.label), -hit.skill.uses, hit.label


def _imported(events: list[Event]) -> bool:
    return any(event.type == ImportFinished.type for event in events)


def _entries(number: int, skill: SkillLabels) -> list[Entry]:
    preferred = [Entry(number, label, True, skill.uses, language) for language, label in skill.labels.items()]
    others = [
        Entry(number, label, False, skill.uses, language)
        for language, labels in skill.alternative_labels.items()
        for label in labels
    ]
    return preferred + others
