"""What others rely on, frozen in files beside this one: the OpenAPI document and every event's schema."""

import json
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from deploy.composition import embedded_suite
from deploy.databases import prepare_databases
from shared.events.facts import Fact
from shared.identity.keys import Keyring
from shared.settings import Settings

HERE = Path(__file__).parent
OWNERS = ("skills", "programs", "enrollment")


def event_schemas() -> dict[str, Any]:
    """The JSON schema of every event, by its versioned name."""
    for owner in OWNERS:
        import_module(f"shared.contracts.{owner}.events")
    facts = [fact for fact in _subclasses(Fact) if fact.__module__.startswith("shared.contracts.")]
    return {fact.type: fact.model_json_schema() for fact in facts}


def _subclasses(fact: type[Fact]) -> list[type[Fact]]:
    found = [deeper for child in fact.__subclasses__() for deeper in (child, *_subclasses(child))]
    return [child for child in found if "type" in child.__dict__]


async def openapi_document() -> Any:
    """The merged document as the gateway serves it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), admin_key="upk_admin_0123456789abcdef")
        prepare_databases(settings, lambda *_: None)
        gateway = embedded_suite(settings, Keyring.generate())
        async with gateway.running():
            return json.loads(gateway.catalogue.body)


def render(document: Any) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
