"""The formats that can be imported. A new one is a file beside this one and a line here."""

import inspect
from collections.abc import Callable

from services.skills.imports.formats import (
    case,
    esco,
    onet,
    people_csv,
    people_ndjson,
    ratings_csv,
    roles_csv,
    skills_csv,
)
from services.skills.imports.records import Parse

FORMATS: dict[str, Parse] = {
    "case": case.parse,
    "esco": esco.parse,
    "onet": onet.parse,
    "people_csv": people_csv.parse,
    "people_ndjson": people_ndjson.parse,
    "ratings_csv": ratings_csv.parse,
    "roles_csv": roles_csv.parse,
    "skills_csv": skills_csv.parse,
}

HEADINGS: dict[str, Callable[[str], bool]] = {
    "people_csv": people_csv.is_heading,
    "ratings_csv": ratings_csv.is_heading,
    "roles_csv": roles_csv.is_heading,
    "skills_csv": skills_csv.is_heading,
}
"""Whether a table of ours may have a heading: these are the formats whose columns may be called otherwise."""

OWN_TABLES = {
    "roles_csv": roles_csv,
    "people_csv": people_csv,
    "ratings_csv": ratings_csv,
    "skills_csv": skills_csv,
}


def describe_tables() -> str:
    """The headings of the tables that are this project's own, as Markdown for the API's documentation."""
    sections = (f"### {name}\n\n{inspect.getdoc(module)}" for name, module in OWN_TABLES.items())
    return "\n\n".join(sections)
