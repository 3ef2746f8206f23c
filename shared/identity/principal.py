"""The one who calls, as services see them."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from shared.identity.scopes import Scope

Kind = Literal["client", "user", "service"]


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whom the gateway (or a neighbouring service) vouches for.

    `client`: an integration with scopes. `user`: a person signed in to a portal; `admin` marks an L&D
    administrator. `service`: a neighbour, for internal endpoints and typed clients.
    """

    kind: Kind
    id: str
    scopes: frozenset[str] = field(default_factory=frozenset)
    person_id: UUID | None = None

    @property
    def is_admin(self) -> bool:
        return Scope.ADMIN in self.scopes

    @property
    def may_act_for_others(self) -> bool:
        """Whether this caller may name the acting person (`acting_person_id`, `assessor_id`)."""
        return self.kind == "service" or Scope.ACT in self.scopes

    def has(self, scope: str) -> bool:
        return self.kind == "service" or scope in self.scopes or self.is_admin
