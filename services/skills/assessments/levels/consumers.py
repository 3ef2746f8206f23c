"""What levels follow: peer ratings stop counting when the organisation switches them off."""

from services.skills.assessments.levels.repository import LevelRepository
from services.skills.assessments.policies.rules import Source
from services.skills.processing.rules import Processing
from shared.contracts.skills.events import ProcessingSettingsChanged
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.events.consumer import Consumer, Effect
from shared.events.facts import Event
from shared.events.feed import LocalFeed

NAME = "peer-switch"


class PeerSwitch(Consumer):
    """Marks what peers have a say in, for whoever rebuilds levels that are due."""

    def __init__(self, database: Database) -> None:
        feed = LocalFeed(database, frozenset({ProcessingSettingsChanged.type}))
        super().__init__(NAME, database, feed, {ProcessingSettingsChanged.type: self._handle_switch})

    async def _handle_switch(self, event: Event) -> Effect | None:
        return _outdate_peers if Processing.PEER_RATINGS in event.data["changed"] else None


async def _outdate_peers(session: UnitOfWork) -> None:
    await LevelRepository(session).outdate_source(Source.PEER)
