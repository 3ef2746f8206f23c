"""Planning of scales and frameworks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.imports.planning.plan import Plan, Records
from services.skills.imports.records import FrameworkRecord, ScaleRecord
from services.skills.imports.rules import Action
from services.skills.taxonomy.bulk import Relation, SkillPlace, SkillState, TaxonomyBulk
from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.scales.models import Scale
from shared.database.sessions import UnitOfWork
from shared.ids import new_id
from shared.uploads import UploadRefused


@dataclass
class TaxonomyState:
    """What is stored of the frameworks that an upload names."""

    frameworks: dict[str, Framework] = field(default_factory=dict)
    scales: dict[UUID, Scale] = field(default_factory=dict)
    skills: dict[str, dict[str, SkillState]] = field(default_factory=dict)
    relations: dict[str, set[Relation]] = field(default_factory=dict)
    elsewhere: dict[str, SkillPlace] = field(default_factory=dict)
    """Skills of other frameworks that the upload refers to, by URI."""


@dataclass
class Taxonomy:
    """Frameworks and skills as they will be once the plan is written."""

    framework_ids: dict[str, UUID] = field(default_factory=dict)
    scale_ids: dict[UUID, UUID] = field(default_factory=dict)
    levels: dict[UUID, tuple[float, float]] = field(default_factory=dict)
    skills: dict[str, dict[str, UUID]] = field(default_factory=dict)
    titles: dict[UUID, str] = field(default_factory=dict)
    covered: set[UUID] = field(default_factory=set)
    """Skills that the upload has, or retires because it no longer has them."""

    statuses: dict[UUID, str] = field(default_factory=dict)

    elsewhere: dict[str, SkillPlace] = field(default_factory=dict)

    def place(self, uri: str) -> SkillPlace | None:
        """A skill of this upload by URI, or one of another framework that it refers to."""
        for framework_uri, skills in self.skills.items():
            if uri in skills:
                id = skills[uri]
                return SkillPlace(id, self.framework_ids[framework_uri], self.statuses[id])
        return self.elsewhere.get(uri)


def plan_scales(records: Records, state: TaxonomyState, taxonomy: Taxonomy, plan: Plan) -> dict[str, UUID]:
    """Ids of the scales that the upload brings, by their key.

    A framework that is known keeps its scale: the levels are described anew, their numbers stay.
    """
    for id, scale in state.scales.items():
        taxonomy.levels[id] = _range(scale.levels)
    found: dict[str, UUID] = {}
    added, changed = [], []
    for record in records.of(ScaleRecord):
        known = _scale_of_framework(record.key, records, state)
        levels = [_level(level) for level in record.levels]
        found[record.key] = known.id if known else new_id()
        taxonomy.levels[found[record.key]] = _range(levels)
        row: dict[str, Any] = {"title": record.title, "levels": levels}
        if known is None:
            added.append({"id": found[record.key], "is_default": False, **row})
            plan.tell("create", "scale", record.key, record.title)
        elif [level["level"] for level in known.levels] != [level["level"] for level in levels]:
            detail = f"The framework's scale {known.title!r} has other levels than {record.title!r}."
            raise UploadRefused("other_scale", detail)
        elif fields := differences(row, known.model_dump()):
            changed.append({"row_id": known.id, **row})
            plan.tell("update", "scale", record.key, record.title, fields)
        else:
            plan.unchanged["scale"] += 1
    plan.step("scale", Action.CREATE, _add_scales, added)
    plan.step("scale", Action.UPDATE, _change_scales, changed)
    return found


def _scale_of_framework(key: str, records: Records, state: TaxonomyState) -> Scale | None:
    for record in records.of(FrameworkRecord):
        if record.scale_key == key and record.uri in state.frameworks:
            return state.scales[state.frameworks[record.uri].scale_id]
    return None


def plan_framework(
    record: FrameworkRecord, state: TaxonomyState, scale_ids: dict[str, UUID], taxonomy: Taxonomy, plan: Plan
) -> None:
    known = state.frameworks.get(record.uri)
    asked = _asked_scale(record, state, scale_ids)
    if known is not None and asked not in (None, known.scale_id):
        raise UploadRefused("other_scale", f"The framework {record.uri} is on another scale already.")
    edition = record.version or (known.edition if known else "1")
    attribution = record.attribution or (known.attribution if known else None)
    row = {"title": record.title, "edition": edition, "attribution": attribution, "deleted_at": None}
    default = next(scale.id for scale in state.scales.values() if scale.is_default)
    id = known.id if known else new_id()
    scale_id = known.scale_id if known else asked or default
    taxonomy.framework_ids[record.uri] = id
    taxonomy.scale_ids[id] = scale_id
    if known is None:
        plan.tell("create", "framework", record.uri, record.title)
        plan.step(
            "framework", Action.CREATE, _add_frameworks, [{"id": id, "uri": record.uri, "scale_id": scale_id, **row}]
        )
    elif fields := differences(row, known.model_dump()):
        plan.tell("update", "framework", record.uri, record.title, fields)
        plan.step("framework", Action.UPDATE, _change_frameworks, [{"row_id": id, **row}])
    else:
        plan.unchanged["framework"] += 1


def _asked_scale(record: FrameworkRecord, state: TaxonomyState, scale_ids: dict[str, UUID]) -> UUID | None:
    if record.scale_key is not None:
        return scale_ids[record.scale_key]
    if record.scale_id is None:
        return None
    for id in state.scales:
        if str(id) == record.scale_id.lower():
            return id
    raise UploadRefused("unknown_scale", f"There is no scale {record.scale_id}.")


def differences(new: dict[str, Any], old: dict[str, Any]) -> list[str]:
    return [name for name, value in new.items() if old.get(name) != value]


def _level(level: Any) -> dict[str, Any]:
    return {"level": level.level, "title": level.title, "description": level.description or None}


def _range(levels: Sequence[dict[str, Any]]) -> tuple[float, float]:
    return float(levels[0]["level"]), float(levels[-1]["level"])


def born(rows: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """New rows with the columns that every resource has."""
    return [{"revision": 1, "created_at": now, "updated_at": now, "deleted_at": None, **row} for row in rows]


def changed_at(rows: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    return [{"updated_at": now, **row} for row in rows]


async def _add_scales(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).add_scales(born(rows, now))


async def _change_scales(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).change_scales(changed_at(rows, now))


async def _add_frameworks(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).add_frameworks(born(rows, now))


async def _change_frameworks(session: UnitOfWork, rows: Sequence[Any], now: datetime) -> None:
    await TaxonomyBulk(session).change_frameworks(changed_at(rows, now))
