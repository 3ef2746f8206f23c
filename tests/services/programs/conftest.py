"""The programs service, running on a fresh database of each kind, beside a skills service written by hand."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from services.programs.app import create_app
from shared.clients.transports import EmbeddedTransports
from tests.conftest import FreshDatabase
from tests.harness import Running, running
from tests.services.programs.fakes import FakeSkills


@pytest.fixture
def skills() -> FakeSkills:
    return FakeSkills()


@pytest.fixture
async def programs(fresh_database: FreshDatabase, skills: FakeSkills) -> AsyncIterator[Running]:
    nobody = EmbeddedTransports({"skills": FastAPI()})
    async with running("programs", create_app, fresh_database("services.programs"), nobody) as service:
        service.app.state.skills = skills
        yield service
