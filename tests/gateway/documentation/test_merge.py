"""Several OpenAPI documents become one valid one."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate

from gateway.documentation.merge import Document, merge, references

HEAD: Document = {"openapi": "3.1.0", "info": {"title": "Upskill", "version": "1"}}


def everything(_service: str, _path: str) -> bool:
    return True


def document(
    path: str, schemas: dict[str, Any], *, uses: str, operation_id: str = "list_things", tag: str = "Things"
) -> Document:
    return {
        "openapi": "3.1.0",
        "info": {"title": "one", "version": "1"},
        "tags": [{"name": tag, "description": f"About {tag}"}],
        "paths": {
            path: {
                "get": {
                    "operationId": operation_id,
                    "tags": [tag],
                    "responses": {
                        "200": {
                            "description": "ok",
                            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{uses}"}}},
                        }
                    },
                }
            }
        },
        "components": {"schemas": schemas, "securitySchemes": {"own": {"type": "http", "scheme": "basic"}}},
    }


def answer_schema(merged: Document, path: str) -> str:
    content = merged["paths"][path]["get"]["responses"]["200"]["content"]
    reference: str = content["application/json"]["schema"]["$ref"]
    return reference.rpartition("/")[2]


def test_what_is_meant_in_the_same_way_is_kept_once() -> None:
    schemas = {"Problem": {"type": "object"}}
    merged = merge(
        HEAD,
        {
            "skills": document("/a", schemas, uses="Problem"),
            "programs": document("/b", schemas, uses="Problem"),
        },
        everything,
    )
    assert list(merged["components"]["schemas"]) == ["Problem"]


def test_what_is_meant_differently_is_renamed_in_the_later_one_with_its_references() -> None:
    merged = merge(
        HEAD,
        {
            "skills": document("/a", {"Item": {"type": "string"}}, uses="Item"),
            "programs": document("/b", {"Item": {"type": "integer"}}, uses="Item"),
        },
        everything,
    )
    assert answer_schema(merged, "/a") == "Item"
    assert answer_schema(merged, "/b") == "ProgramsItem"
    assert merged["components"]["schemas"] == {
        "Item": {"type": "string"},
        "ProgramsItem": {"type": "integer"},
    }
    validate(merged)


def test_what_refers_to_a_renamed_schema_is_another_schema_too() -> None:
    def schemas(item: str) -> dict[str, Any]:
        return {
            "Page": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
            "Item": {"type": item},
        }

    merged = merge(
        HEAD,
        {
            "skills": document("/a", schemas("string"), uses="Page"),
            "programs": document("/b", schemas("integer"), uses="Page"),
        },
        everything,
    )
    assert merged["components"]["schemas"][answer_schema(merged, "/b")]["items"] == {
        "$ref": "#/components/schemas/ProgramsItem"
    }
    assert merged["components"]["schemas"][answer_schema(merged, "/a")]["items"] == {
        "$ref": "#/components/schemas/Item"
    }


def test_discriminator_mappings_follow_a_renamed_schema() -> None:
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Course"}],
        "discriminator": {"propertyName": "format", "mapping": {"course": "#/components/schemas/Course"}},
    }
    merged = merge(
        HEAD,
        {
            "skills": document("/a", {"Course": {"type": "string"}}, uses="Course"),
            "programs": document("/b", {"Course": {"type": "object"}, "Program": union}, uses="Program"),
        },
        everything,
    )
    assert merged["components"]["schemas"]["Program"]["discriminator"]["mapping"] == {
        "course": "#/components/schemas/ProgramsCourse"
    }


def test_operation_ids_are_unique_and_tags_are_listed_once() -> None:
    merged = merge(
        HEAD,
        {"skills": document("/a", {"A": {}}, uses="A"), "programs": document("/b", {"A": {}}, uses="A")},
        everything,
    )
    assert merged["paths"]["/a"]["get"]["operationId"] == "list_things"
    assert merged["paths"]["/b"]["get"]["operationId"] == "programs_list_things"
    assert merged["tags"] == [{"name": "Things", "description": "About Things"}]


def test_a_tag_that_nobody_declared_is_listed_all_the_same() -> None:
    bare = document("/a", {"A": {}}, uses="A", tag="Odd")
    del bare["tags"]
    assert merge(HEAD, {"skills": bare}, everything)["tags"] == [{"name": "Odd"}]


def test_what_is_not_routed_is_left_out_with_everything_that_only_it_uses() -> None:
    merged = merge(
        HEAD,
        {"skills": document("/internal/events", {"Event": {"type": "object"}}, uses="Event")},
        lambda _service, path: not path.startswith("/internal"),
    )
    assert merged["paths"] == {}
    assert merged["components"]["schemas"] == {}


def test_the_security_schemes_are_those_of_the_gateway() -> None:
    head = {**HEAD, "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}}
    merged = merge(head, {"skills": document("/a", {"A": {}}, uses="A")}, everything)
    assert list(merged["components"]["securitySchemes"]) == ["bearer"]


NAMES = ("A", "B", "C")


@st.composite
def schema_sets(draw: st.DrawFn) -> dict[str, Any]:
    def one(name: str) -> dict[str, Any]:
        kind = draw(st.sampled_from(["string", "integer"]))
        linked = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
        properties = {other: {"$ref": f"#/components/schemas/{other}"} for other in linked}
        return {"title": name, "type": "object", "x-kind": kind, "properties": properties}

    return {name: one(name) for name in NAMES}


def unfold(merged: Document, name: str, depth: int) -> Any:
    """A schema with its references replaced by what they point at, `depth` levels deep."""
    schema = merged["components"]["schemas"][name]
    if depth == 0:
        return schema["x-kind"]
    linked = {
        key: unfold(merged, value["$ref"].rpartition("/")[2], depth - 1) for key, value in schema["properties"].items()
    }
    return schema["x-kind"], linked


@given(sets=st.lists(schema_sets(), min_size=1, max_size=3), root=st.sampled_from(NAMES))
def test_every_operation_means_after_the_merge_what_it_meant_before(sets: list[dict[str, Any]], root: str) -> None:
    services = dict(zip(("skills", "programs", "enrollment"), sets, strict=False))
    merged = merge(
        HEAD,
        {name: document(f"/{name}", schemas, uses=root) for name, schemas in services.items()},
        everything,
    )
    for name, schemas in services.items():
        alone = {"components": {"schemas": schemas}}
        assert unfold(merged, answer_schema(merged, f"/{name}"), 5) == unfold(alone, root, 5)
    known = {("schemas", name) for name in merged["components"]["schemas"]}
    assert set(references(merged)) <= known


@pytest.mark.parametrize("order", list(itertools.permutations(["skills", "programs"])))
def test_the_first_one_keeps_its_name(order: tuple[str, str]) -> None:
    kinds = {"skills": "string", "programs": "integer"}
    merged = merge(
        HEAD,
        {name: document(f"/{name}", {"Item": {"type": kinds[name]}}, uses="Item", operation_id=name) for name in order},
        everything,
    )
    assert merged["components"]["schemas"]["Item"]["type"] == kinds[order[0]]
