"""The kinds of processing of personal data that an organisation, or its works council, may switch off."""

from enum import StrEnum


class Processing(StrEnum):
    """Each is on unless it was switched off."""

    PEER_RATINGS = "peer_ratings"
    SCORECARD = "scorecard"
    EXPERT_FINDER = "expert_finder"
    BEHAVIOUR_RATINGS = "behaviour_ratings"
    ASPIRATIONS_VISIBLE_TO_LEADER = "aspirations_visible_to_leader"
