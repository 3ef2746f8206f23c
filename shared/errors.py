"""Errors as classes, rendered once as `application/problem+json` (RFC 9457).

Problem
├── BadRequest 400            what was sent cannot be read
├── Unauthenticated 401
├── Forbidden 403             known to the caller, not allowed
├── NotFound 404              absent, or not the caller's to see: the same answer
├── Conflict 409              the state does not allow it
│   └── RequestInFlight       the same Idempotency-Key is being worked on
├── PreconditionFailed 412    If-Match is stale
├── TooLarge 413
├── UnsupportedMediaType 415
├── Unprocessable 422         read, but wrong: names the places
│   └── KeyReused             an Idempotency-Key came back with another body
├── PreconditionRequired 428  If-Match is missing
├── TooManyRequests 429
├── InternalError 500         nothing but the request id
└── Unavailable 503           a neighbour or the database does not answer; try again
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "upskill.request_id"


class Fault(BaseModel):
    """One thing wrong with the input, and where."""

    pointer: str = Field(
        description="JSON pointer into the body, or `query/<name>`, `header/<name>`.", examples=["/level"]
    )
    detail: str = Field(examples=["Input should be less than or equal to 5"])


class ProblemDocument(BaseModel):
    """The one form of every error (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Stable name of the problem.", examples=["urn:upskill:problem:not-found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str | None = Field(default=None, examples=["There is no skill 0198c0de-0000-7000-8000-000000000000."])
    request_id: str | None = Field(default=None, examples=["0198c0de9f3a7c11"])
    errors: list[Fault] | None = None


class Problem(Exception):
    """Root of the tree. Subclasses fix `status`, `code` and `title`; instances say what happened."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.extensions = extensions

    @classmethod
    def type_uri(cls) -> str:
        return f"urn:upskill:problem:{cls.code}"

    def document(self, request_id: str | None) -> ProblemDocument:
        return ProblemDocument(
            type=self.type_uri(),
            title=self.title,
            status=self.status,
            detail=self.detail,
            request_id=request_id,
            errors=self.errors or None,
            **self.extensions,
        )

    def response(self, request_id: str | None) -> Response:
        return Response(
            self.document(request_id).model_dump_json(exclude_none=True),
            status_code=self.status,
            headers={"Cache-Control": "no-store", **self.headers},
            media_type=MEDIA_TYPE,
        )


class BadRequest(Problem):
    status, code, title = 400, "bad-request", "Bad request"


class Unauthenticated(Problem):
    status, code, title = 401, "unauthenticated", "Authentication needed"

    def __init__(self, detail: str | None = None, **kwargs: Any) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="upskill"'}, **kwargs)


class Forbidden(Problem):
    status, code, title = 403, "forbidden", "Not allowed"


class NotFound(Problem):
    status, code, title = 404, "not-found", "Not found"


class Conflict(Problem):
    status, code, title = 409, "conflict", "Conflict with the present state"


class RequestInFlight(Conflict):
    code, title = "request-in-flight", "The same request is being worked on"

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is not finished yet.", headers={"Retry-After": "1"})


class PreconditionFailed(Problem):
    status, code, title = 412, "version-mismatch", "The resource has changed"


class TooLarge(Problem):
    status, code, title = 413, "too-large", "Body too large"


class UnsupportedMediaType(Problem):
    status, code, title = 415, "unsupported-media-type", "Unsupported media type"


class Unprocessable(Problem):
    """Input that was read but cannot be accepted. `pointer` names the place."""

    status, code, title = 422, "invalid-input", "Invalid input"

    def __init__(self, detail: str, *, pointer: str | None = None, errors: Iterable[Fault] = (), **ext: Any) -> None:
        faults = [Fault(pointer=pointer, detail=detail)] if pointer is not None else []
        super().__init__(detail, errors=[*faults, *errors], **ext)


class KeyReused(Unprocessable):
    code, title = "idempotency-key-reused", "Idempotency-Key reused with another request"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request.", pointer="header/Idempotency-Key")


class PreconditionRequired(Problem):
    status, code, title = 428, "if-match-required", "If-Match needed"

    def __init__(self) -> None:
        super().__init__("Send the ETag that you read in an If-Match header.")


class TooManyRequests(Problem):
    status, code, title = 429, "too-many-requests", "Too many requests"


class InternalError(Problem):
    pass


class Unavailable(Problem):
    status, code, title = 503, "unavailable", "Not available now"

    def __init__(self, detail: str | None = None, *, retry_after: int = 2, **kwargs: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, **kwargs)


def problems(*classes: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an endpoint: every status that its errors can have, documented from the classes."""
    by_status: dict[int, list[type[Problem]]] = {}
    for problem in classes:
        by_status.setdefault(problem.status, []).append(problem)
    return {status: _documented(status, found) for status, found in sorted(by_status.items())}


CHANGE_PROBLEMS: tuple[type[Problem], ...] = (
    BadRequest,
    NotFound,
    Conflict,
    PreconditionFailed,
    PreconditionRequired,
    UnsupportedMediaType,
    Unprocessable,
)
"""What a change of a resource under If-Match can answer."""
UPSERT_PROBLEMS: tuple[type[Problem], ...] = (
    BadRequest,
    Conflict,
    PreconditionFailed,
    UnsupportedMediaType,
    Unprocessable,
)


def _documented(status: int, found: list[type[Problem]]) -> dict[str, Any]:
    examples = {
        p.code: {
            "value": {
                "type": p.type_uri(),
                "title": p.title,
                "status": status,
                "request_id": "0198c0de9f3a7c11",
            }
        }
        for p in found
    }
    return {
        "description": " · ".join(dict.fromkeys(p.title for p in found)) or HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}, "examples": examples}},
    }


def request_id_of(request: Request) -> str | None:
    return request.scope.get(REQUEST_ID)
