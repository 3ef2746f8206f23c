"""What FastAPI's OpenAPI document needs on top: the problem schema, the security scheme, who may call."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.errors import ProblemDocument

BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`upk_…`), an access token of `/oauth/token`, or a user's OpenID Connect token.",
}


def describe(app: FastAPI) -> None:
    """Replace `app.openapi` by one that completes FastAPI's document, built once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            _complete(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemDocument"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {"bearer": BEARER}
    document["security"] = [{"bearer": []}]
    for item in document.get("paths", {}).values():
        for operation in item.values():
            _replace_stock_422(operation)


def _replace_stock_422(operation: dict[str, Any]) -> None:
    """FastAPI documents its own validation error; ours are problems."""
    stock = operation.get("responses", {}).get("422")
    if stock is not None and "application/json" in stock.get("content", {}):
        operation["responses"]["422"] = {
            "description": "Invalid input",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
