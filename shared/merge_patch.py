"""JSON Merge Patch (RFC 7396): null removes, what is absent stays, the merged whole is validated."""

from typing import Annotated, Any, TypeVar

from fastapi import Body as JsonBody
from pydantic import BaseModel, ValidationError

from shared.errors import Fault, Unprocessable

Body = TypeVar("Body", bound=BaseModel)
MEDIA_TYPE = "application/merge-patch+json"
Patch = Annotated[dict[str, Any], JsonBody(media_type=MEDIA_TYPE, description="Null removes, absent keeps (RFC 7396).")]


def merge(target: Any, patch: Any) -> Any:
    """The algorithm of RFC 7396 section 2."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def apply_patch(current: Body, patch: dict[str, Any]) -> Body:
    """`current` with the patch merged in, validated as a whole. Raises Unprocessable with the places."""
    try:
        return type(current).model_validate(merge(current.model_dump(mode="json"), patch))
    except ValidationError as error:
        faults = [Fault(pointer=pointer_of(e["loc"]), detail=e["msg"]) for e in error.errors()]
        raise Unprocessable("The patched resource is not valid.", errors=faults) from error


def patched(form: type[Body], present: BaseModel, patch: dict[str, Any]) -> Body:
    """The request body `form` that a resource's present state and a patch make together. Raises Unprocessable."""
    fields = present.model_dump(mode="json", include=set(form.model_fields))
    return apply_patch(form.model_validate(fields), patch)


def pointer_of(location: tuple[int | str, ...]) -> str:
    """A JSON pointer (RFC 6901) from pydantic's location."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location) or "/"
