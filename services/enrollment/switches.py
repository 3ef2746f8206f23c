"""What the organisation does with personal data and may switch off, as the skills service knows it. It is asked each
time, so that what is switched off is off from that moment on.
"""

from typing import Literal

from shared.contracts.skills.client import SkillsClient
from shared.contracts.skills.problems import SwitchedOff

Processing = Literal["scorecard", "behaviour_ratings"]


async def is_on(skills: SkillsClient, processing: Processing) -> bool:
    """Raises Unavailable while the skills service does not answer."""
    return bool(getattr(await skills.get_processing(), processing))


async def demand(skills: SkillsClient, processing: Processing) -> None:
    """Raises SwitchedOff, Unavailable."""
    if not await is_on(skills, processing):
        raise SwitchedOff(processing)
