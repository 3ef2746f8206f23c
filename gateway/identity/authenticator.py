"""Turns what a caller shows into who they are, and remembers it for a moment."""

import time
from collections import OrderedDict
from collections.abc import Sequence

from gateway.identity.caller import Caller
from gateway.identity.schemes import Scheme
from shared.errors import Unauthenticated

REMEMBERED_SECONDS = 3.0
"""How long a revoked key may still be let in. The promise to operators is five seconds."""
REMEMBERED = 4096


class Authenticator:
    """Asks each scheme in turn. `recognise` is called once per credential and `REMEMBERED_SECONDS`."""

    def __init__(self, schemes: Sequence[Scheme]) -> None:
        self._schemes = schemes
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    async def identify(self, token: str) -> Caller:
        """Who shows this bearer token. Raises Unauthenticated, or Unavailable when that cannot be checked."""
        known = self._known.get(token)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        self._known.pop(token, None)
        caller = await self._recognise(token)
        self._known[token] = (time.monotonic() + REMEMBERED_SECONDS, caller)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return caller

    async def _recognise(self, token: str) -> Caller:
        for scheme in self._schemes:
            if (caller := await scheme.recognise(token)) is not None:
                return caller
        raise Unauthenticated("This is neither an API key nor a token that is known here.")
