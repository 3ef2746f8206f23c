"""Use cases of the processing settings."""

from typing import Any

from services.skills.processing.repository import THE_ROW, ProcessingRepository
from services.skills.processing.rules import Processing
from services.skills.processing.schemas import ProcessingRead, ProcessingWrite
from shared.contracts.skills.events import ProcessingSettingsChanged
from shared.contracts.skills.messages import ProcessingSwitches
from shared.contracts.skills.problems import SwitchedOff
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.outbox import record
from shared.merge_patch import patched


class ProcessingService:
    """The switches, and what asks them."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.settings = ProcessingRepository(session)

    async def read(self) -> ProcessingRead:
        return ProcessingRead.model_validate(await self.settings.current())

    async def switches(self) -> ProcessingSwitches:
        """As neighbouring services read them."""
        return ProcessingSwitches(**(await self.read()).model_dump(exclude={"updated_at"}))

    async def patch(self, patch: dict[str, Any], revision: int | None) -> ProcessingRead:
        """Turn switches. What is on already stays as it is. Raises PreconditionFailed, Unprocessable."""
        assert isinstance(self.session, UnitOfWork)
        before = await self.read()
        wanted = patched(ProcessingWrite, before, patch)
        await self.settings.change(THE_ROW, revision, **wanted.model_dump())
        switches = wanted.model_dump()
        changed = sorted(name for name, on in switches.items() if getattr(before, name) != on)
        if changed:
            await record(self.session, ProcessingSettingsChanged(**switches, changed=changed))
        return await self.read()

    async def demand(self, processing: Processing) -> None:
        """Raises SwitchedOff."""
        if not await self.settings.allows(processing):
            raise SwitchedOff(processing)
