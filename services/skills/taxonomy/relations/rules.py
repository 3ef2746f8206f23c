"""Decisions about relations."""

from shared.errors import Unprocessable

OPPOSITE = {"broader": "narrower", "narrower": "broader", "related": "related", "same_as": "same_as"}
"""How a relation looks from its other end. `requires` says nothing about the way back."""


class BroaderCircle(Unprocessable):
    """A skill cannot lie above itself."""

    code, title = "broader-circle", "The hierarchy would run in a circle"
