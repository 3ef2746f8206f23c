"""The typed client of the programs service."""

from uuid import UUID

from shared.clients.base import ServiceAuth, ServiceClient, segment
from shared.clients.transports import Transports, open_http
from shared.contracts.programs.messages import ProgramSummary
from shared.identity.tokens import TokenSigner


class ProgramsClient(ServiceClient):
    """Calls the programs service's internal endpoints. Raises Unavailable when it does not answer."""

    @classmethod
    def connect(cls, transports: Transports, signer: TokenSigner) -> "ProgramsClient":
        http = open_http(transports, "programs")
        http.auth = ServiceAuth(signer, "programs")
        return cls(http)

    async def get_program(self, reference: str | UUID) -> ProgramSummary:
        """A program by UUID or `source:external_id`. Raises NotFound."""
        return await self.get(ProgramSummary, f"/internal/programs/{segment(reference)}")
