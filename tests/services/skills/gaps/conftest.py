import pytest

from tests.harness import Running
from tests.services.skills.gaps.shop import Shop, open_shop


@pytest.fixture
async def shop(skills: Running) -> Shop:
    return await open_shop(skills)
