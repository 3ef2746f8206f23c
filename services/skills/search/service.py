"""Use cases of the search."""

from collections.abc import Sequence
from uuid import UUID

from rapidfuzz.fuzz import token_sort_ratio

from services.skills.search.finder import Found, Named, SkillFinder
from services.skills.search.repository import SkillLabels
from services.skills.search.schemas import (
    ExtractionRequest,
    SkillHit,
    SkillHits,
    SkillMention,
    SkillMentions,
    SkillName,
)
from services.skills.search.words import fold
from services.skills.taxonomy.skills.schemas import NearDuplicate
from shared.database.sessions import AnySession
from shared.languages import choose_label
from shared.references import References

NEAR = 0.87
"""Labels as like as this, letter by letter and in any order of words, are worth a warning."""


class SearchService:
    """Finds skills for people, and in texts."""

    def __init__(self, finder: SkillFinder, session: AnySession) -> None:
        self.finder = finder
        self.frameworks = References(session, "framework")

    async def search(self, query: str, limit: int, framework: str | None, languages: Sequence[str]) -> SkillHits:
        """Raises Unprocessable for an unknown framework."""
        found = await self.finder.search(query, limit, await self._framework_id(framework, "query/framework_id"))
        return SkillHits(data=[_hit(one, languages) for one in found])

    async def extract(self, body: ExtractionRequest, languages: Sequence[str]) -> SkillMentions:
        """Raises Unprocessable for an unknown framework."""
        framework_id = await self._framework_id(body.framework_id, "/framework_id")
        named = await self.finder.extract(body.text, body.language)
        wanted = [
            one
            for one in named
            if one.mention.confidence >= body.min_confidence
            and (framework_id is None or one.skill.framework_id == framework_id)
        ]
        return SkillMentions(data=[_mention(one, body.text, languages) for one in wanted])

    async def _framework_id(self, reference: str | None, pointer: str) -> UUID | None:
        return None if reference is None else await self.frameworks.demand(reference, pointer)


class NearDuplicates:
    """Skills whose labels are nearly those of a new one, for `create_skill`."""

    def __init__(self, finder: SkillFinder) -> None:
        self.finder = finder

    async def of(self, labels: Sequence[str], languages: Sequence[str]) -> list[NearDuplicate]:
        """Existing skills, the nearest first, each once."""
        found: dict[UUID, NearDuplicate] = {}
        for label in labels:
            for hit in await self.finder.search(label, 5):
                score = round(token_sort_ratio(fold(label), fold(hit.label)) / 100, 4)
                known = found.get(hit.skill.id)
                if score >= NEAR and (known is None or known.score < score):
                    name = choose_label(hit.skill.labels, languages)
                    found[hit.skill.id] = NearDuplicate(id=hit.skill.id, label=name, score=score)
        return sorted(found.values(), key=lambda near: -near.score)


def _name(skill: SkillLabels, languages: Sequence[str]) -> SkillName:
    return SkillName(id=skill.id, label=choose_label(skill.labels, languages))


def _hit(found: Found, languages: Sequence[str]) -> SkillHit:
    skill, name = found.skill, _name(found.skill, languages)
    return SkillHit.model_validate(
        {
            "id": name.id,
            "label": name.label,
            "skill": name,
            "framework_id": skill.framework_id,
            "uri": skill.uri,
            "kind": skill.kind,
            "status": skill.status,
            "matched_label": found.label,
            "score": found.score,
        }
    )


def _mention(named: Named, text: str, languages: Sequence[str]) -> SkillMention:
    mention = named.mention
    return SkillMention(
        skill=_name(named.skill, languages),
        framework_id=named.skill.framework_id,
        matched_label=mention.label,
        text=text[mention.start : mention.end],
        start=mention.start,
        end=mention.end,
        confidence=mention.confidence,
    )
