"""Every list of the suite narrows to what a caller knows, and tells what is gone: asked of the whole document."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.contracts.snapshots import HERE

KEYS = ("person_id", "status", "manager_id", "framework_id")
COMPUTED = {
    "/v1/coverage": "one row for each group that was asked for",
    "/v1/gaps": "one row for each group that was asked for",
    "/v1/gaps/heatmap": "rows and columns of a drawing",
    "/v1/gaps/trend": "one point for each closed cycle",
}
"""Lists that are worked out for the question and are no resources: they have neither ids nor a time of change."""
OTHERWISE = {("/v1/clients", "status"): "follows from their keys and their expiry; an installation has a handful"}

DOCUMENT: Mapping[str, Any] = json.loads((HERE / "openapi.json").read_text())
"""As frozen: another test compares it with the one that is served."""


def _lists() -> Iterator[tuple[str, set[str], Mapping[str, Any]]]:
    """Path, query parameters and properties of an item of every operation that answers page by page."""
    for path, item in DOCUMENT["paths"].items():
        asked = {p["name"] for p in item.get("get", {}).get("parameters", []) if p["in"] == "query"}
        if "cursor" in asked:
            yield path, asked, _item(item["get"])


def _item(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    schemas = DOCUMENT["components"]["schemas"]
    page = _named(schemas, operation["responses"]["200"]["content"]["application/json"]["schema"])
    items = page.get("properties", {}).get("data", {}).get("items", {})
    return dict(_named(schemas, items).get("properties", {}))


def _named(schemas: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(schemas[schema["$ref"].rsplit("/", 1)[1]]) if "$ref" in schema else schema


def _of_one_parent(path: str) -> bool:
    """Lists below one resource are short and read whole; the resource says when they change."""
    return "{" in path


def test_every_list_of_resources_takes_ids_and_updated_since() -> None:
    missing = {
        (path, name)
        for path, asked, _ in _lists()
        if not _of_one_parent(path) and path not in COMPUTED
        for name in {"ids", "updated_since"} - asked
    }
    assert missing == set()


def test_every_list_filters_by_its_natural_keys() -> None:
    missing = {
        (path, key)
        for path, asked, properties in _lists()
        if not _of_one_parent(path) and path not in COMPUTED
        for key in KEYS
        if key in properties and key not in asked and (path, key) not in OTHERWISE
    }
    assert missing == set()


def test_every_list_of_changes_marks_what_is_gone() -> None:
    silent = {
        path
        for path, asked, properties in _lists()
        if "updated_since" in asked
        and any("delete" in item for other, item in DOCUMENT["paths"].items() if other == f"{path}/{{id}}")
        and "deleted" not in properties
    }
    assert silent == set()


def test_the_exceptions_are_still_lists() -> None:
    paths = {path for path, _, _ in _lists()}
    assert {*COMPUTED, *(path for path, _ in OTHERWISE)} <= paths
