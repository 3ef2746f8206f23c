"""The skills service, running on a fresh database of each kind."""

from collections.abc import AsyncIterator

import pytest

from services.skills.app import create_app
from tests.conftest import FreshDatabase
from tests.harness import Running, running


@pytest.fixture
async def skills(fresh_database: FreshDatabase) -> AsyncIterator[Running]:
    async with running("skills", create_app, fresh_database("services.skills")) as service:
        yield service
