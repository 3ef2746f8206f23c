"""The whole suite in this process, on SQLite: who may call what does not depend on the database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.composition import embedded_suite
from deploy.databases import prepare_databases
from gateway.routing.table import RouteTable
from shared.identity.tokens import TokenSigner
from shared.settings import Settings
from tests.access.doors import Doors
from tests.harness import KEYRING


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def doors(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Doors]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("access"), admin_key="upk_admin_0123456789", log_level="error")
    prepare_databases(settings)
    gateway = embedded_suite(settings, KEYRING)
    async with gateway.running():
        apps: dict[str, ASGIApp] = {**gateway.upstreams.apps, "gateway": gateway.desk}
        yield Doors(apps, TokenSigner("gateway", KEYRING), RouteTable())
