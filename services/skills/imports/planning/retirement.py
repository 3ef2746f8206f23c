"""What the new version of a framework no longer has."""

from collections.abc import Collection, Mapping

from services.skills.imports.planning.doubts import Doubt
from services.skills.taxonomy.bulk import SkillState


def counted_kind(kind: str) -> str:
    return "group" if kind == "group" else "skill"


def find_retired(
    stored: Mapping[str, SkillState], sent: Mapping[str, str], doubt: Doubt
) -> tuple[list[str], list[str]]:
    """URIs of the skills to retire, and of those that stay only because a refused row may be theirs.

    `sent` is the kind of each skill of the upload by URI. An upload without any group says nothing of the groups, and
    one without any skill nothing of the skills.
    """
    kinds = {counted_kind(kind) for kind in sent.values()}
    missing = [uri for uri, skill in stored.items() if uri not in sent and _is_retirable(skill, kinds)]
    return [uri for uri in missing if not doubt.covers(uri)], [uri for uri in missing if doubt.covers(uri)]


def _is_retirable(skill: SkillState, kinds: Collection[str]) -> bool:
    values = skill.values
    return not skill.deleted and values["status"] != "deprecated" and counted_kind(values["kind"]) in kinds
