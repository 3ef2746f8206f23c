"""Use cases of scales."""

from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.scales.repository import ScaleRepository
from services.skills.taxonomy.scales.schemas import ScaleCreate, ScaleRead
from shared.database.sessions import AnySession
from shared.references import References


class ScaleService:
    """Scales and their described levels."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.scales = ScaleRepository(session)

    async def create(self, body: ScaleCreate) -> ScaleRead:
        scale = Scale(title=body.title, levels=[level.model_dump() for level in body.levels])
        return ScaleRead.model_validate(await self.scales.add(scale))

    async def get(self, reference: str) -> ScaleRead:
        return ScaleRead.model_validate(await self.scales.get(await References(self.session, "scale").get(reference)))
