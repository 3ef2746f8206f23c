"""Planning of how skills relate."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.imports.planning.doubts import find_doubt
from services.skills.imports.planning.frameworks import Taxonomy, TaxonomyState
from services.skills.imports.planning.plan import Plan
from services.skills.imports.records import Finding, RelationRecord, error, warning
from services.skills.imports.rules import Action
from services.skills.taxonomy.bulk import Relation, SkillState, TaxonomyBulk
from services.skills.taxonomy.relations.rules import find_circle
from shared.database.sessions import UnitOfWork


def plan_relations(
    uri: str, records: Sequence[RelationRecord], state: TaxonomyState, taxonomy: Taxonomy, plan: Plan
) -> None:
    """Relations of the kinds that the upload has are replaced; the others stay."""
    wanted: dict[Relation, RelationRecord] = {}
    for record in records:
        found = _relation(record, taxonomy)
        if isinstance(found, Finding):
            plan.findings.append(found)
        elif found in wanted:
            plan.findings.append(error(record.place, "duplicate_row", "The same relation stands above."))
        else:
            wanted[found] = record
    stored = state.relations.get(uri, set())
    for relation in find_circle(wanted):
        detail = f"{wanted[relation].origin} would lie above itself."
        plan.findings.append(error(wanted.pop(relation).place, "broader_circle", detail))
    kinds = {kind for _, kind, _ in wanted}
    doubt = find_doubt(plan.findings, {record.place.file for record in records})
    kept = {skill.id for name, skill in state.skills.get(uri, {}).items() if doubt.covers(name)}
    added = [relation for relation in wanted if relation not in stored]
    removed = [r for r in stored if r[1] in kinds and r not in wanted and r[0] not in kept]
    plan.unchanged["relation"] += len(wanted) - len(added)
    _tell_moves(added, removed, state.skills.get(uri, {}), taxonomy, plan)
    plan.step("relation", Action.CREATE, _add_relations, added)
    plan.step("relation", Action.RETIRE, _remove_relations, removed)


def _relation(record: RelationRecord, taxonomy: Taxonomy) -> Relation | Finding:
    origin, target = taxonomy.skills[record.framework_uri].get(record.origin), taxonomy.place(record.target)
    if origin is None or target is None:
        detail = f"No skill has the URI {record.target if origin else record.origin}."
        if record.external:
            return warning(record.place, "unknown_skill", detail)
        return error(record.place, "unknown_skill", detail, record.origin)
    if origin == target.id:
        # It says nothing, so that leaving it out loses nothing.
        return warning(record.place, "relation_to_itself", f"{record.origin} is related to itself: left out.")
    return origin, record.kind, target.id


def _tell_moves(
    added: Iterable[Relation],
    removed: Iterable[Relation],
    stored: dict[str, SkillState],
    taxonomy: Taxonomy,
    plan: Plan,
) -> None:
    """A skill that was there before and stands elsewhere in the tree now has moved."""
    uris = {skill.id: uri for uri, skill in stored.items()}
    moves: dict[UUID, list[str]] = defaultdict(list)
    for sign, relations in (("+", added), ("-", removed)):
        for origin, kind, target in relations:
            if kind == "broader" and origin in uris:
                moves[origin].append(f"{sign}{taxonomy.titles.get(target, target)}")
    for id, fields in moves.items():
        plan.tell("move", "skill", uris[id], taxonomy.titles.get(id, uris[id]), sorted(fields))


async def _add_relations(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).add_relations(rows)


async def _remove_relations(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).remove_relations(rows)
