"""Use cases of relations."""

from collections.abc import Sequence
from uuid import UUID

from services.skills.taxonomy.relations import rules
from services.skills.taxonomy.relations.repository import RelationRepository
from services.skills.taxonomy.relations.rules import BroaderCircle
from services.skills.taxonomy.relations.schemas import Relation, RelationRead, RelationsWrite
from services.skills.taxonomy.skills.service import SkillService
from shared.database.sessions import AnySession
from shared.errors import Unprocessable
from shared.languages import choose_label


class RelationService:
    """How skills relate to one another, within a framework and across."""

    def __init__(self, session: AnySession) -> None:
        self.relations = RelationRepository(session)
        self.skills = SkillService(session)

    async def list_all(self, reference: str, languages: Sequence[str]) -> tuple[list[RelationRead], int]:
        """Relations from and to the skill, seen from it, and the skill's revision. Raises NotFound."""
        skill = await self.skills.get_row(reference)
        seen: set[tuple[str, UUID]] = set()
        for relation in await self.relations.touching(skill.id):
            if relation.skill_id == skill.id:
                seen.add((relation.kind, relation.related_skill_id))
            elif opposite := rules.OPPOSITE.get(relation.kind):
                seen.add((opposite, relation.skill_id))
        others = await self.skills.skills.find_many({other for _, other in seen})
        found = [
            RelationRead(kind=kind, skill_id=other, label=choose_label(others[other].labels, languages))
            for kind, other in seen
            if other in others
        ]
        return sorted(found, key=lambda relation: (relation.kind, relation.label)), skill.revision

    async def replace(
        self, reference: str, body: RelationsWrite, revision: int | None, languages: Sequence[str]
    ) -> tuple[list[RelationRead], int]:
        """Make these the relations that start at the skill; returns them and the skill's new revision.

        Raises NotFound, PreconditionFailed, Unprocessable for another skill that is none, BroaderCircle.
        """
        skill = await self.skills.get_row(reference)
        found = await self.skills.list_by_reference(relation.skill_id for relation in body.data)
        wanted: set[tuple[str, UUID]] = set()
        for place, relation in enumerate(body.data):
            other = found.get(relation.skill_id)
            if other is None or other.id == skill.id:
                raise Unprocessable("This should be another skill.", pointer=f"/data/{place}/skill_id")
            wanted.add((relation.kind, other.id))
        present = {
            (r.kind, r.related_skill_id) for r in await self.relations.touching(skill.id) if r.skill_id == skill.id
        }
        new_revision = await self.skills.skills.change(skill.id, revision, also=wanted != present)
        await self.relations.replace(skill.id, [])
        await self._check_hierarchy(skill.id, body.data, {reference: row.id for reference, row in found.items()})
        await self.relations.replace(skill.id, sorted(wanted))
        relations, _ = await self.list_all(str(skill.id), languages)
        return relations, new_revision

    async def _check_hierarchy(self, skill_id: UUID, relations: Sequence[Relation], ids: dict[str, UUID]) -> None:
        for place, relation in enumerate(relations):
            other = ids[relation.skill_id]
            upward = relation.kind == "broader" and await self.relations.is_below(other, skill_id)
            downward = relation.kind == "narrower" and await self.relations.is_below(skill_id, other)
            if upward or downward:
                raise BroaderCircle("The skill would lie above itself.", pointer=f"/data/{place}")
