"""Planning of frameworks with their skills, from scales down to relations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.imports.formats.tables import UUID_FORM
from services.skills.imports.planning.doubts import find_doubt
from services.skills.imports.planning.frameworks import (
    Taxonomy,
    TaxonomyState,
    born,
    changed_at,
    differences,
    plan_framework,
    plan_scales,
)
from services.skills.imports.planning.plan import Plan, Records, Write
from services.skills.imports.planning.relations import plan_relations
from services.skills.imports.planning.retirement import counted_kind, find_retired
from services.skills.imports.planning.sizes import oversized_skill
from services.skills.imports.records import (
    FrameworkRecord,
    RelationRecord,
    SkillRecord,
    error,
    warning,
)
from services.skills.imports.rules import Action
from services.skills.taxonomy.bulk import SkillPlace, SkillState, TaxonomyBulk
from shared.database.sessions import AnySession, UnitOfWork
from shared.ids import new_id
from shared.references import References
from shared.uploads import UploadRefused

FIRST_LANGUAGE = "en"


async def read_state(session: AnySession, records: Records) -> TaxonomyState:
    """Read what is stored of the frameworks of the upload."""
    bulk = TaxonomyBulk(session)
    uris = {record.uri for record in records.of(FrameworkRecord)}
    state = TaxonomyState(await bulk.frameworks(uris), await bulk.scales())
    for uri, framework in state.frameworks.items():
        state.skills[uri] = await bulk.skills_of(framework.id)
        state.relations[uri] = await bulk.relations_of([skill.id for skill in state.skills[uri].values()])
    named = {record.target for record in records.of(RelationRecord)}
    named |= {record.origin for record in records.of(RelationRecord)}
    named |= {record.replaced_by for record in records.of(SkillRecord) if record.replaced_by}
    state.elsewhere = await bulk.places_by_uri(named - {record.uri for record in records.of(SkillRecord)})
    return state


async def find_skills(session: AnySession, names: set[str]) -> dict[str, SkillPlace]:
    """Stored skills by what the upload calls them: a URI, an id or an external id."""
    bulk = TaxonomyBulk(session)
    found = await bulk.places_by_uri(names)
    ids = {name: UUID(name) for name in names if UUID_FORM.fullmatch(name)}
    rest = [name for name in names if name not in found and name not in ids]
    ids |= await References(session, "skill").find_many(name for name in rest if ":" in name)
    places = await bulk.places_by_id(set(ids.values()))
    return found | {name: places[id] for name, id in ids.items() if id in places}


def plan_taxonomy(records: Records, state: TaxonomyState, plan: Plan) -> Taxonomy:
    """Plan scales, then frameworks, then skills, then relations."""
    taxonomy = Taxonomy(elsewhere=state.elsewhere)
    _refuse_twins(records.of(FrameworkRecord))
    scale_ids = plan_scales(records, state, taxonomy, plan)
    for framework in records.of(FrameworkRecord):
        plan_framework(framework, state, scale_ids, taxonomy, plan)
    by_framework: dict[str, list[SkillRecord]] = defaultdict(list)
    for skill in records.of(SkillRecord):
        by_framework[skill.framework_uri].append(skill)
    for framework in records.of(FrameworkRecord):
        _plan_skills(framework, by_framework[framework.uri], state, taxonomy, plan)
        if framework.complete:
            _plan_retirement(by_framework[framework.uri], state.skills.get(framework.uri, {}), taxonomy, plan)
    for framework in records.of(FrameworkRecord):
        _plan_successors(by_framework[framework.uri], state, taxonomy, plan)
        relations = [r for r in records.of(RelationRecord) if r.framework_uri == framework.uri]
        plan_relations(framework.uri, relations, state, taxonomy, plan)
    return taxonomy


def _refuse_twins(frameworks: Sequence[FrameworkRecord]) -> None:
    uris = [framework.uri for framework in frameworks]
    if twice := next((uri for uri in uris if uris.count(uri) > 1), None):
        raise UploadRefused("duplicate_framework", f"Two files of the upload are the framework {twice}.")


def _plan_skills(
    framework: FrameworkRecord, records: Sequence[SkillRecord], state: TaxonomyState, taxonomy: Taxonomy, plan: Plan
) -> None:
    stored = state.skills.get(framework.uri, {})
    live = {uri: skill for uri, skill in stored.items() if not skill.deleted}
    taxonomy.skills[framework.uri] = {uri: skill.id for uri, skill in live.items()}
    taxonomy.statuses.update((skill.id, skill.values["status"]) for skill in live.values())
    by_label = {label.casefold(): skill for skill in live.values() for label in skill.values["labels"].values()}
    sent: dict[str, SkillRecord] = {}
    rows: dict[tuple[str, Action], list[Any]] = defaultdict(list)
    for record in records:
        fault = oversized_skill(record)
        if fault is None and sent.setdefault(record.uri, record) is not record:
            fault = error(record.place, "duplicate_row", f"{record.uri} stands twice.")
        if fault is not None:
            plan.findings.append(fault)
            continue
        if record.only_named and (named := live.get(record.uri) or by_label.get(_title(record.labels).casefold())):
            taxonomy.skills[framework.uri][record.uri] = named.id
            plan.unchanged["skill"] += 1
            continue
        planned = _plan_skill(record, stored.get(record.uri), taxonomy, plan)
        if planned is None:
            plan.unchanged[counted_kind(record.kind)] += 1
        else:
            rows[counted_kind(record.kind), planned[0]].append(planned[1])
    for (kind, action), some in rows.items():
        plan.step(kind, action, SKILL_WRITERS[action], some)


def _plan_skill(
    record: SkillRecord, known: SkillState | None, taxonomy: Taxonomy, plan: Plan
) -> tuple[Action, dict[str, Any]] | None:
    """What to do with one skill and the row to do it with; None when it is as it should be."""
    values = _skill_values(record, known)
    title = _title(values["labels"])
    id = known.id if known else new_id()
    taxonomy.skills[record.framework_uri][record.uri] = id
    taxonomy.titles[id] = title
    taxonomy.statuses[id] = record.status
    taxonomy.covered.add(id)
    if known is None:
        plan.tell("create", record.kind, record.uri, title)
        framework_id = taxonomy.framework_ids[record.framework_uri]
        return Action.CREATE, {"id": id, "framework_id": framework_id, "uri": record.uri, **values}
    fields = ["deleted"] if known.deleted else differences(values, known.values)
    if not fields:
        return None
    plan.tell("update", record.kind, record.uri, title, fields)
    return Action.UPDATE, {"row_id": id, "deleted_at": None, **values}


def _title(labels: Mapping[str, str]) -> str:
    return labels.get(FIRST_LANGUAGE) or next(iter(labels.values()))


def _plan_retirement(
    records: Sequence[SkillRecord], stored: dict[str, SkillState], taxonomy: Taxonomy, plan: Plan
) -> None:
    """What the new version of a framework no longer has is deprecated: old use stays readable."""
    doubt = find_doubt(plan.findings, {record.place.file for record in records})
    retired, kept = find_retired(stored, {record.uri: record.kind for record in records}, doubt)
    rows: dict[str, list[UUID]] = defaultdict(list)
    for uri in retired:
        skill = stored[uri]
        rows[counted_kind(skill.values["kind"])].append(skill.id)
        taxonomy.covered.add(skill.id)
        taxonomy.statuses[skill.id] = "deprecated"
        plan.tell("retire", skill.values["kind"], uri, next(iter(skill.values["labels"].values()), uri))
    for kind, ids in rows.items():
        plan.step(kind, Action.RETIRE, _retire_skills, ids)
    if kept and doubt.unread is not None:
        detail = f"{len(kept)} skills that the upload lacks are not retired: this row may be about one of them."
        plan.findings.append(warning(doubt.unread, "retirement_withheld", detail))


def _skill_values(record: SkillRecord, known: SkillState | None) -> dict[str, Any]:
    """The columns of a skill. Languages that the upload does not have stay as they are."""
    old = known.values if known is not None and not known.deleted else {}
    others = {tag: text for tag, text in old.get("alternative_labels", {}).items() if tag not in record.labels}
    description = record.descriptions.get(FIRST_LANGUAGE)
    if description is None and FIRST_LANGUAGE not in record.labels:
        description = old.get("description") or next(iter(record.descriptions.values()), None)
    return {
        "kind": record.kind,
        "status": record.status,
        "labels": {**old.get("labels", {}), **record.labels},
        "alternative_labels": {**others, **record.alternative_labels},
        "description": description,
        "level_descriptions": {str(level): text for level, text in record.level_descriptions.items()}
        or old.get("level_descriptions", {}),
        "code": record.code or old.get("code"),
        "reuse_level": record.reuse_level or old.get("reuse_level"),
    }


def _plan_successors(records: Sequence[SkillRecord], state: TaxonomyState, taxonomy: Taxonomy, plan: Plan) -> None:
    """Which skills stand in place of others: written when all of them are there."""
    rows = []
    for record in records:
        if record.replaced_by is None:
            continue
        successor = taxonomy.place(record.replaced_by)
        if successor is None or record.replaced_by == record.uri:
            detail = f"It should be replaced by {record.replaced_by}, which is no other skill."
            plan.findings.append(warning(record.place, "unknown_successor", detail))
            continue
        known = state.skills.get(record.framework_uri, {}).get(record.uri)
        if known is None or known.replaced_by_id != successor.id:
            rows.append({"row_id": taxonomy.skills[record.framework_uri][record.uri], "replaced_by_id": successor.id})
    plan.step("skill", Action.UPDATE, _replace_skills, rows, counted=False)


async def _add_skills(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).add_skills(born([{"replaced_by_id": None, **row} for row in rows], now))


async def _change_skills(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).change_skills(changed_at(rows, now))


async def _replace_skills(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).replace_skills(changed_at(rows, now))


async def _retire_skills(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).retire_skills(rows)


SKILL_WRITERS: dict[Action, Write] = {
    Action.CREATE: _add_skills,
    Action.UPDATE: _change_skills,
}
