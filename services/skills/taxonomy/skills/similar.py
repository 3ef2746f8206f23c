"""What creating a skill asks of the search: who else goes by such a name. The service's `app.py` provides it."""

from collections.abc import Sequence
from typing import Annotated, Protocol

from fastapi import Depends, Request

from services.skills.taxonomy.skills.schemas import NearDuplicate


class SimilarSkills(Protocol):
    """Knows the skills there are by their labels."""

    async def of(self, labels: Sequence[str], languages: Sequence[str]) -> list[NearDuplicate]:
        """Existing skills with nearly one of these labels, the nearest first."""
        ...


async def _similar(request: Request) -> SimilarSkills:
    found: SimilarSkills = request.app.state.similar_skills
    return found


Similar = Annotated[SimilarSkills, Depends(_similar)]
