"""The public contract does not change by accident. A wanted change: `python -m tests.contracts`, then read the diff."""

import json
import re

from tests.contracts.snapshots import HERE, event_schemas, openapi_document, render

NAME = re.compile(r"^(skills|programs|enrollment)(\.[a-z_]+)+\.v\d+$")
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
