"""What the front door itself can answer to any operation, so that every operation says so."""

from typing import Any

from gateway.documentation.merge import METHODS, Document
from shared.errors import (
    MEDIA_TYPE,
    BadRequest,
    Forbidden,
    Problem,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

_WHY: dict[type[Problem], str] = {
    BadRequest: "The request cannot be read: not JSON, or JSON that two readers could understand differently.",
    Unauthenticated: "No credentials, or none that are good.",
    Forbidden: "Known, but not allowed: the scope for it is missing.",
    TooLarge: "The body is larger than 1 MiB (imports: 64 MiB).",
    TooManyRequests: "Faster than agreed. `Retry-After` says how long to wait.",
    Unavailable: "A part of the suite does not answer now. `Retry-After` says when to try again.",
}


def shared_responses() -> Document:
    """`components.responses` of the merged document."""
    return {problem.__name__: _described(problem, why) for problem, why in _WHY.items()}


def _described(problem: type[Problem], why: str) -> Document:
    example = {"type": problem.type_uri(), "title": problem.title, "status": problem.status, "request_id": "0198c0de"}
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    described: Document = {"description": why, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
    if problem in (TooManyRequests, Unavailable):
        described["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 0}}}
    return described


def add_front_door(document: Document) -> Document:
    """The document with the front door's answers at every operation that does not describe them itself."""
    paths = {path: _completed(item) for path, item in document.get("paths", {}).items()}
    return {**document, "paths": paths}


def _completed(item: Document) -> Document:
    return {key: _with_answers(value) if key in METHODS else value for key, value in item.items()}


def _with_answers(operation: Document) -> Document:
    answers: dict[str, Any] = {str(problem.status): problem for problem in _answers(operation)}
    added = {
        status: {"$ref": f"#/components/responses/{problem.__name__}"}
        for status, problem in answers.items()
        if status not in operation["responses"]
    }
    return {**operation, "responses": dict(sorted({**operation["responses"], **added}.items()))}


def _answers(operation: Document) -> list[type[Problem]]:
    is_open = operation.get("security") == []
    answers = [BadRequest, TooManyRequests, Unavailable]
    if not is_open:
        answers += [Unauthenticated, Forbidden]
    if "requestBody" in operation:
        answers.append(TooLarge)
    return answers
