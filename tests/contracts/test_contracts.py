"""The public contract does not change by accident. A wanted change: `python -m tests.contracts`, then read the diff."""

import json
import re

from tests.contracts.snapshots import HERE, event_schemas, openapi_document, render

NAME = re.compile(r"^(skills|programs|enrollment)(\.[a-z_]+)+\.v\d+$")
ABILITY = re.compile("sort|order|readi|disagree|level|gap|score|rank|confid")
PERSONAL = {"given_name", "family_name", "display_name", "email", "user_name"}


def test_every_event_is_as_frozen() -> None:
    assert render(event_schemas()) == (HERE / "events.json").read_text()


def test_event_names_tell_owner_fact_and_version() -> None:
    assert [name for name in event_schemas() if not NAME.match(name)] == []


def test_events_hold_ids_and_never_names_of_people() -> None:
    leaks = {
        name: sorted(found)
        for name, schema in event_schemas().items()
        if (found := PERSONAL & set(re.findall(r'"([a-z_]+)":', json.dumps(schema))))
    }
    assert leaks == {}


async def test_the_openapi_document_is_as_frozen() -> None:
    assert render(await openapi_document()) == (HERE / "openapi.json").read_text()


async def test_no_list_sorts_or_filters_people_by_what_they_can_do() -> None:
    """Those who agreed to be found as experts are the exception; a line of reports has levels, and so have skills."""
    found = {
        (path, parameter["name"])
        for path, item in (await openapi_document())["paths"].items()
        for parameter in item.get("get", {}).get("parameters", [])
        if parameter["in"] == "query" and ABILITY.search(parameter["name"])
    }
    assert found == {("/v1/skills/{id}/experts", "level"), ("/v1/people", "all_levels"), ("/v1/coverage", "level")}
