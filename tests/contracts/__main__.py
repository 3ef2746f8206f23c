"""`python -m tests.contracts`: take today's contracts as the frozen ones, after reading what differs."""

import asyncio

from tests.contracts.snapshots import HERE, event_schemas, openapi_document, render

(HERE / "events.json").write_text(render(event_schemas()))
(HERE / "openapi.json").write_text(render(asyncio.run(openapi_document())))
