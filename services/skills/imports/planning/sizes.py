"""How long the names of things may be: what the API asks of everybody, asked of files too."""

from collections.abc import Iterable

from services.skills.imports.records import Finding, RoleRecord, SkillRecord, error

URI, LABEL, CODE, TITLE, REFERENCE = 1000, 500, 200, 300, 265
"""Characters. Longer ones could not be sent back, and some not be indexed."""

Named = Iterable[tuple[str, str | None, int]]
"""What a text is, the text, and its most characters."""


def oversized_skill(record: SkillRecord) -> Finding | None:
    """Why a skill cannot be taken, if one of its names is too long."""
    labels = [(f"label {language}", label, LABEL) for language, label in record.labels.items()]
    return _first(record, [("uri", record.uri, URI), ("code", record.code, CODE), *labels], record.uri)


def oversized_role(record: RoleRecord) -> Finding | None:
    """Why a role cannot be taken, if one of its names is too long."""
    names = [("title", record.title, TITLE), ("family", record.family, TITLE), ("grade", record.grade, TITLE)]
    references = [("reference", name, REFERENCE) for name in (record.reference, *record.other_references)]
    aliases = [("alias", alias, TITLE) for alias in record.aliases]
    return _first(record, [*names, *references, *aliases], record.reference)


def _first(record: SkillRecord | RoleRecord, texts: Named, about: str) -> Finding | None:
    for name, text, most in texts:
        if text is not None and len(text) > most:
            detail = f"The {name} {text[:40]!r}… has more than {most} characters."
            return error(record.place, "too_long", detail, about)
    return None
