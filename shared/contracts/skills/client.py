"""The typed client of the skills service."""

from collections.abc import Iterable
from uuid import UUID

from shared.clients.base import ServiceAuth, ServiceClient, segment
from shared.clients.transports import Transports, open_http
from shared.contracts.skills.messages import (
    Evidence,
    EvidenceReceipt,
    GapList,
    PersonSummary,
    ProcessingSwitches,
    ReportingLine,
    RoleSummary,
    SkillList,
    SkillSummary,
)
from shared.errors import NotFound
from shared.identity.tokens import TokenSigner

SKILLS_PER_CALL = 100
"""So that their references fit into one address."""


class SkillsClient(ServiceClient):
    """Calls the skills service's internal endpoints.

    Every method raises Unavailable when the service does not answer, and NotFound for an unknown reference
    unless it says otherwise. References are UUIDs or `source:external_id`.
    """

    @classmethod
    def connect(cls, transports: Transports, signer: TokenSigner) -> "SkillsClient":
        http = open_http(transports, "skills")
        http.auth = ServiceAuth(signer, "skills")
        return cls(http)

    async def list_skills(self, references: Iterable[str | UUID]) -> dict[str, SkillSummary]:
        """Skills by reference; unknown ones are absent."""
        wanted = sorted({str(reference) for reference in references})
        found: dict[str, SkillSummary] = {}
        for start in range(0, len(wanted), SKILLS_PER_CALL):
            refs = ",".join(wanted[start : start + SKILLS_PER_CALL])
            found.update((await self.get(SkillList, "/internal/skills", refs=refs)).data)
        return found

    async def get_role(self, reference: str | UUID) -> RoleSummary:
        return await self.get(RoleSummary, f"/internal/roles/{segment(reference)}")

    async def get_person(self, reference: str | UUID) -> PersonSummary:
        return await self.get(PersonSummary, f"/internal/people/{segment(reference)}")

    async def find_person_signing_in(self, name: str) -> PersonSummary | None:
        """The one person whose external id, user name or e-mail this is; None when there is not exactly one."""
        try:
            return await self.get(PersonSummary, f"/internal/people/signing-in/{segment(name)}")
        except NotFound:
            return None

    async def get_reporting_line(self, person: str | UUID) -> ReportingLine:
        """The person and their managers, the line manager first, up to the top."""
        return await self.get(ReportingLine, f"/internal/people/{segment(person)}/reporting-line")

    async def get_gaps(self, person: str | UUID, role: str | UUID | None = None, horizon: str | None = None) -> GapList:
        """Gaps of a person against a role (default: their current one)."""
        return await self.get(
            GapList,
            f"/internal/people/{segment(person)}/gaps",
            role_id=str(role) if role is not None else None,
            horizon=horizon,
        )

    async def put_evidence(self, source: str, external_id: str, evidence: Evidence) -> EvidenceReceipt:
        """Record what was learned; the same (source, external id) again changes nothing."""
        return await self.put(EvidenceReceipt, f"/internal/evidence/{segment(source)}/{segment(external_id)}", evidence)

    async def revoke_evidence(self, source: str, external_id: str) -> None:
        """Take it back by compensating entries; unknown or revoked evidence is fine."""
        await self.delete(f"/internal/evidence/{segment(source)}/{segment(external_id)}")

    async def get_processing(self) -> ProcessingSwitches:
        """Which processing of personal data is switched on."""
        return await self.get(ProcessingSwitches, "/internal/settings/processing")
