"""Who acts on an enrollment: a signed-in person, a client alone, a client for a person, a policy, or the house."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.rules import ActingAs
from services.enrollment.enrollments.schemas import ActorKind
from services.enrollment.people import People
from shared.errors import Forbidden
from shared.identity.principal import Principal


class MayNotAct(Forbidden):
    """Only a client with the scope `act` may name somebody else as the acting person."""

    code, title = "may-not-act", "You may not act for others"


@dataclass(frozen=True)
class Actor:
    """The one who acts. `administrator`: a learning and development administrator in person; `on_behalf`: an
    administrator's client that names the person, which counts where the administrators are asked."""

    kind: ActorKind
    person_id: UUID | None = None
    client_id: str | None = None
    administrator: bool = False
    on_behalf: bool = False


HOUSE = Actor(ActorKind.HOUSE)
POLICY = Actor(ActorKind.POLICY)


async def actor_of(caller: Principal, acting_person: str | None, people: People) -> Actor:
    """The caller, or the person for whom a client with the scope `act` acts. Raises MayNotAct."""
    named = await people.find_id(acting_person, "/acting_person_id")
    if caller.kind == "user":
        if named not in (None, caller.person_id):
            raise MayNotAct("A signed-in user acts as themselves.")
        return Actor(ActorKind.PERSON, caller.person_id, None, administrator=caller.is_admin)
    if named is None:
        return Actor(ActorKind.CLIENT, None, caller.id)
    if not caller.may_act_for_others:
        raise MayNotAct("Naming the acting person needs the scope act.")
    return Actor(ActorKind.PERSON, named, caller.id, on_behalf=caller.is_admin)


def acting_as(actor: Actor, enrollment: Enrollment, managers: Iterable[UUID] = ()) -> frozenset[ActingAs]:
    """As what the actor acts on this enrollment; `managers` are the people above the participant."""
    if actor.kind is not ActorKind.PERSON:
        return frozenset({_ALONE[actor.kind]})
    person = actor.person_id
    asked_administrators = enrollment.approval_queue == "learning_administrators"
    held = {
        ActingAs.PARTICIPANT: person == enrollment.person_id,
        ActingAs.APPROVER: str(person) in enrollment.approver_ids,
        ActingAs.LEADER: person == enrollment.leader_id or person in frozenset(managers),
        ActingAs.FACILITATOR: person == enrollment.facilitator_id,
    }
    found = {one for one, true in held.items() if true and person is not None}
    if actor.administrator or (actor.on_behalf and asked_administrators):
        found.add(ActingAs.ADMINISTRATOR)
    return frozenset(found)


_ALONE = {
    ActorKind.CLIENT: ActingAs.CLIENT,
    ActorKind.POLICY: ActingAs.POLICY,
    ActorKind.HOUSE: ActingAs.HOUSE,
}
