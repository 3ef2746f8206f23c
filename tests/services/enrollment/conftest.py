"""The enrollment service, running on a fresh database of each kind, with stand-ins for its neighbours."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from services.enrollment.app import create_app
from shared.clients.transports import EmbeddedTransports
from tests.conftest import FreshDatabase
from tests.harness import running
from tests.services.enrollment.neighbours import FakePrograms, FakeSkills
from tests.services.enrollment.shop import Shop, Watch


@pytest.fixture
async def shop(fresh_database: FreshDatabase) -> AsyncIterator[Shop]:
    skills, programs, watch = FakeSkills(), FakePrograms(), Watch()
    transports = EmbeddedTransports({"skills": skills.app, "programs": programs.app})
    create = partial(create_app, clock=watch)
    async with running("enrollment", create, fresh_database("services.enrollment"), transports) as service:
        yield Shop(service, skills, programs, watch)
