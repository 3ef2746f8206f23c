"""The one row of switches."""

from services.skills.tables import SkillsTable
from shared.database.tables import Versioned


class ProcessingSettings(SkillsTable, Versioned, table=True):
    """Which processing is switched on. A migration makes the row; nobody adds or removes one."""

    __tablename__ = "processing_settings"

    peer_ratings: bool = True
    scorecard: bool = True
    expert_finder: bool = True
    behaviour_ratings: bool = True
    aspirations_visible_to_leader: bool = True
