"""Request and response bodies of the processing settings."""

from datetime import datetime

from pydantic import ConfigDict, Field

from shared.schemas import RequestBody, ResponseBody


class ProcessingWrite(RequestBody):
    """All switches; a patch names those that it changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"peer_ratings": False}]})

    peer_ratings: bool = Field(description="Colleagues rate one another. Off: none are taken, none count.")
    scorecard: bool = Field(description="Leaders are shown how they follow up on their people's learning.")
    expert_finder: bool = Field(description="Who agreed to be found as an expert is found.")
    behaviour_ratings: bool = Field(description="Follow-ups ask whether what was learned is applied.")
    aspirations_visible_to_leader: bool = Field(description="Leaders read their people's aspirations.")


class ProcessingRead(ResponseBody):
    """Which processing of personal data is switched on."""

    revision: int = Field(exclude=True)
    peer_ratings: bool
    scorecard: bool
    expert_finder: bool
    behaviour_ratings: bool
    aspirations_visible_to_leader: bool
    updated_at: datetime
