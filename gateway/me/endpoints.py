"""Who am I, and what may I do?"""

from gateway.me.schemas import Me
from shared.frame import Router
from shared.identity.access import Anybody

router = Router(tags=["Clients"])


@router.get("/v1/me")
async def read_me(caller: Anybody) -> Me:
    """Who the caller is and what they may do: a client with its scopes, or a user with their person."""
    return Me(
        kind=caller.kind,
        id=caller.id,
        person_id=caller.person_id,
        scopes=sorted(caller.scopes),
        is_administrator=caller.is_admin,
        may_act_for_others=caller.may_act_for_others,
    )
