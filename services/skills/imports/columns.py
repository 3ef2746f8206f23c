"""What the sender's columns are called, where they are not called as ours."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from services.skills.imports.formats import HEADINGS
from services.skills.imports.formats.tables import normal_heading
from shared.errors import BadRequest, Unprocessable
from shared.strict_json import parse_json


def _read_columns(given: Any) -> Any:
    """Strict JSON, with one name or several for each heading, all of them in normal form."""
    if not isinstance(given, str):
        return given
    try:
        columns = parse_json(given.encode())
    except BadRequest as error:
        raise ValueError(f"a JSON object is meant. {error.detail}".replace("The body", "It")) from error
    if not isinstance(columns, dict):
        raise ValueError("a JSON object is meant, the name of your column by ours")
    return {normal_heading(heading): _names(heading, names) for heading, names in columns.items()}


def _names(heading: str, given: Any) -> list[str]:
    names = given if isinstance(given, list) else [given]
    if not names or not all(isinstance(name, str) and normal_heading(name) for name in names):
        raise ValueError(f"{heading}: the name of a column is meant, or a list of names")
    return [normal_heading(name) for name in names]


Columns = Annotated[
    dict[str, list[str]],
    BeforeValidator(_read_columns),
    WithJsonSchema({"type": "string", "contentMediaType": "application/json"}),
    Field(
        description=f"""What the columns of your tables are called, as a JSON object by our headings; a list where
tables call one column differently. For the tables that are ours: {", ".join(HEADINGS)}.""",
        examples=['{"code": "Element Identifier", "label": "Text", "external_id": ["Role ID", "Work Role"]}'],
    ),
]
"""Names in normal form, by our headings."""


def check_columns(format: str, columns: Columns) -> None:
    """Raises Unprocessable where a table of this format has no such headings, or only its publisher's."""
    if not columns:
        return
    is_heading = HEADINGS.get(format)
    if is_heading is None:
        detail = f"{format} is known by its own headings; columns are named for {', '.join(HEADINGS)}."
        raise Unprocessable(detail, pointer="query/columns")
    unknown = [heading for heading in columns if not is_heading(heading)]
    if unknown:
        raise Unprocessable(f"{format} has no heading {', '.join(unknown)}.", pointer="query/columns")
