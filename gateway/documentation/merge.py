"""Make one OpenAPI 3.1 document of several: pure, on plain dictionaries.

What two services call by the same name and mean in the same way is kept once; what they mean differently
is renamed in the later one, and every reference with it. An operation that the gateway does not route to
the service is left out: the document shows what a caller can reach, and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Document = dict[str, Any]
Component = tuple[str, str]
"""Section and name: `("schemas", "Skill")`."""

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def merge(head: Document, documents: Mapping[str, Document], is_served: Callable[[str, str], bool]) -> Document:
    """Merge `documents` (by service) under `head` (openapi, info, servers, security and whatever is shared).

    `is_served(service, path)` tells whether the gateway sends this path to this service.
    """
    merged: Document = {**head, "tags": [], "paths": {}, "components": dict(head.get("components", {}))}
    for service, document in documents.items():
        renamed = _rename_components(document, _collisions(merged, document), service)
        _add_components(merged, renamed)
        _add_paths(merged, renamed, service, is_served)
        _add_tags(merged, renamed)
    merged["paths"] = dict(sorted(merged["paths"].items()))
    _drop_unused(merged)
    return merged


def _components(document: Document) -> Iterator[tuple[Component, Any]]:
    for section, named in document.get("components", {}).items():
        for name, content in named.items():
            yield (section, name), content


def _collisions(merged: Document, document: Document) -> set[Component]:
    """Names that both use with another meaning, and everything that refers to one of them."""
    known, own = dict(_components(merged)), dict(_components(document))
    found = {key for key, content in own.items() if key in known and known[key] != content}
    while True:
        reached = {
            key
            for key, content in own.items()
            if key in known and key not in found and not found.isdisjoint(references(content))
        }
        if not reached:
            return found
        found |= reached


def references(content: Any) -> Iterator[Component]:
    """Every component that `content` refers to, in `$ref`s and discriminator mappings."""
    if isinstance(content, str):
        if (key := _target(content)) is not None:
            yield key
    elif isinstance(content, dict):
        for value in content.values():
            yield from references(value)
    elif isinstance(content, list):
        for value in content:
            yield from references(value)


def _target(text: str) -> Component | None:
    if not text.startswith("#/components/"):
        return None
    section, _, name = text.removeprefix("#/components/").partition("/")
    return section, name.partition("/")[0]


def _rename_components(document: Document, collisions: set[Component], service: str) -> Document:
    if not collisions:
        return document
    names = {key: f"{service.capitalize()}{key[1]}" for key in collisions}
    renamed = _rewrite(document, names)
    renamed["components"] = {
        section: {names.get((section, name), name): content for name, content in named.items()}
        for section, named in renamed["components"].items()
    }
    return dict(renamed)


def _rewrite(content: Any, names: Mapping[Component, str]) -> Any:
    if isinstance(content, str):
        key = _target(content)
        return f"#/components/{key[0]}/{names[key]}" if key is not None and key in names else content
    if isinstance(content, dict):
        return {name: _rewrite(value, names) for name, value in content.items()}
    if isinstance(content, list):
        return [_rewrite(value, names) for value in content]
    return content


def _add_components(merged: Document, document: Document) -> None:
    for (section, name), content in _components(document):
        if section == "securitySchemes":  # how callers show who they are is the gateway's matter
            continue
        if merged["components"].setdefault(section, {}).setdefault(name, content) != content:
            raise ValueError(f"two components would be called {name}")


def _add_paths(merged: Document, document: Document, service: str, is_served: Callable[[str, str], bool]) -> None:
    taken = {operation["operationId"] for operation in _operations(merged) if "operationId" in operation}
    for path, item in document.get("paths", {}).items():
        if is_served(service, path):
            merged["paths"][path] = {
                key: _unique(value, taken, service) if key in METHODS else value for key, value in item.items()
            }


def _unique(operation: Document, taken: set[str], service: str) -> Document:
    """Clients are generated from operation ids, so each must be there once."""
    name = operation.get("operationId")
    if name is None:
        return operation
    wanted = name if name not in taken else f"{service}_{name}"
    taken.add(wanted)
    return {**operation, "operationId": wanted}


def _operations(document: Document) -> Iterator[Document]:
    for item in document.get("paths", {}).values():
        yield from (operation for method, operation in item.items() if method in METHODS)


def _add_tags(merged: Document, document: Document) -> None:
    known = {tag["name"] for tag in merged["tags"]}
    for tag in document.get("tags", []):
        if tag["name"] not in known:
            merged["tags"].append(tag)
            known.add(tag["name"])
    used = [name for operation in _operations(merged) for name in operation.get("tags", [])]
    merged["tags"].extend({"name": name} for name in dict.fromkeys(used) if name not in known)


def _drop_unused(merged: Document) -> None:
    """Components that only left-out operations used would tell about what nobody can call."""
    contents = dict(_components(merged))
    reached: set[Component] = set()
    waiting = set(references([merged["paths"], merged.get("webhooks", {})]))
    while waiting:
        key = waiting.pop()
        if key in contents and key not in reached:
            reached.add(key)
            waiting.update(references(contents[key]))
    merged["components"] = {
        section: {
            name: content
            for name, content in named.items()
            if section == "securitySchemes" or (section, name) in reached
        }
        for section, named in merged["components"].items()
    }
