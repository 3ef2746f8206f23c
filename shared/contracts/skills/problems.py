"""Problems of the skills service that its neighbours answer with, too."""

from shared.errors import Conflict


class SwitchedOff(Conflict):
    """The organisation has switched this processing off; `processing` names it."""

    code, title = "processing-switched-off", "The organisation has switched this off"

    def __init__(self, processing: str) -> None:
        super().__init__(f"{processing.replace('_', ' ').capitalize()}: not here.", processing=processing)
