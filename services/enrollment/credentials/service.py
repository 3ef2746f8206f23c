"""Use cases of credentials: a badge is given with the completion, signed when asked for, taken back with a reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.enrollment.credentials import rules
from services.enrollment.credentials.keys import load_signing_key
from services.enrollment.credentials.models import Credential
from services.enrollment.credentials.proofs import SigningKey, did_document, sign_jwt, sign_linked_data
from services.enrollment.credentials.repository import CredentialRepository
from services.enrollment.credentials.rules import Award, AwardedSkill, Issuer
from services.enrollment.credentials.schemas import JWT, LINKED_DATA, CredentialRead
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.offerings.schemas import ProgramTitle
from services.enrollment.visibility import Visibility
from shared.contracts.enrollment.events import CredentialIssued, CredentialRevoked
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Conflict, NotFound, PreconditionFailed, Problem
from shared.events.outbox import record
from shared.identity.keys import Keyring
from shared.identity.principal import Principal
from shared.settings import Settings


class BadgeRevoked(NotFound):
    """A revoked badge is not given out any more; the list still shows that it was given, and why it was taken."""

    code, title = "credential-revoked", "The credential was revoked"


class AlreadyRevoked(Conflict):
    code, title = "already-revoked", "The credential is revoked already"


class NotAcceptable(Problem):
    """The badge exists in two media types, and the request accepts neither."""

    status, code, title = 406, "not-acceptable", "No acceptable media type"


@dataclass(frozen=True)
class Badger:
    """Signs for the installation: its name to the world, and its key."""

    issuer: Issuer
    key: SigningKey

    @classmethod
    def of(cls, settings: Settings, keyring: Keyring) -> "Badger":
        """The installation's own: its public address, and its key (UPSKILL_SIGNING_KEY_FILE, or the keys file)."""
        issuer = Issuer(settings.public_base)
        return cls(issuer, SigningKey(load_signing_key(settings, keyring), issuer.did))

    def linked_data(self, credential: Credential) -> dict[str, Any]:
        """The badge with an embedded Data Integrity proof."""
        return sign_linked_data(self._claims(credential), self.key, credential.issued_at)

    def jwt(self, credential: Credential) -> str:
        """The badge as a VC-JWT."""
        return sign_jwt(self._claims(credential), self.key, credential.issued_at)

    def did_document(self) -> dict[str, Any]:
        """What the installation's DID resolves to."""
        return did_document(self.key)

    def _claims(self, credential: Credential) -> dict[str, Any]:
        return rules.build_credential(_award(credential), self.issuer)


class CredentialService:
    """Badges and what the house knows of them."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.credentials = CredentialRepository(session)

    async def get_valid(self, id: UUID, caller: Principal, visibility: Visibility) -> Credential:
        """A badge for whoever may see it. Raises NotFound, also for somebody else's; BadgeRevoked."""
        credential = await self.credentials.get(id)
        await visibility.check(caller, credential.person_id, f"There is no credential {id}.")
        if credential.revoked_at is not None:
            raise BadgeRevoked(f"Revoked at {rules.rfc3339(credential.revoked_at)}.")
        return credential

    async def revoke(self, id: UUID, reason: str, revoked_by_id: UUID | None, now: datetime) -> CredentialRead:
        """Take a badge back. Raises NotFound, AlreadyRevoked."""
        credential = await self.credentials.get(id)
        if credential.revoked_at is not None:
            raise AlreadyRevoked(f"Revoked at {rules.rfc3339(credential.revoked_at)}.")
        await self._revoke(credential, reason, revoked_by_id, now)
        return read(await self.credentials.get(id))

    async def issue_for(self, enrollment: Enrollment, now: datetime) -> Credential:
        """Give the badge for a completion."""
        program = enrollment.program
        levels = {result["skill_id"]: result["level"] for result in enrollment.results or []}
        credential = Credential(
            person_id=enrollment.person_id,
            enrollment_id=enrollment.id,
            program_id=enrollment.program_id,
            program_title=program["title"],
            program_format=program["format"],
            program_description=program.get("description"),
            hours=program.get("hours"),
            skills=[_frozen(skill, levels) for skill in program["skills"]],
            issued_at=enrollment.completed_at or now,
        )
        await self.credentials.add(credential)
        await record(self._unit_of_work(), CredentialIssued(**_said(credential, now)))
        return credential

    async def revoke_for(self, enrollment: Enrollment, reason: str, revoked_by_id: UUID | None, now: datetime) -> None:
        """Take back the badge of a completion that was taken back; there may be none."""
        credential = await self.credentials.find_by_enrollment(enrollment.id)
        if credential is not None and credential.revoked_at is None:
            await self._revoke(credential, reason, revoked_by_id, now)

    async def _revoke(self, credential: Credential, reason: str, revoked_by_id: UUID | None, now: datetime) -> None:
        values: dict[str, Any] = {"revoked_at": now, "revoked_reason": reason, "revoked_by_id": revoked_by_id}
        try:
            await self.credentials.change(credential.id, credential.revision, **values)
        except PreconditionFailed as error:
            raise AlreadyRevoked("Somebody else has revoked it at the same moment.") from error
        await record(self._unit_of_work(), CredentialRevoked(**_said(credential, now)))

    def _unit_of_work(self) -> UnitOfWork:
        assert isinstance(self.session, UnitOfWork)
        return self.session


FORMS: dict[str, Callable[[Badger, Credential], dict[str, Any] | str]] = {
    LINKED_DATA: Badger.linked_data,
    JWT: Badger.jwt,
}
"""How a badge is written in each media type; the first is the default."""


def choose_form(accept: str | None) -> str:
    """The media type of FORMS that an Accept header likes best; plain JSON and wildcards get the default.

    Raises NotAcceptable when it likes none (RFC 9110 section 12.5.1, with quality values).
    """
    aliases = {"application/vc": LINKED_DATA, "application/json": LINKED_DATA, "application/ld+json": LINKED_DATA}
    wildcards = {"*/*": LINKED_DATA, "application/*": LINKED_DATA}
    known = {form: form for form in FORMS} | aliases | wildcards
    wanted = [(quality, known[name]) for name, quality in _ranges(accept or "*/*") if name in known and quality > 0]
    if not wanted:
        raise NotAcceptable(f"Ask for {' or '.join(FORMS)}.")
    return max(wanted, key=lambda pair: pair[0])[1]


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        qualities = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
        try:
            found.append((name, float(qualities[0]) if qualities else 1.0))
        except ValueError:
            continue
    return found


def read(credential: Credential) -> CredentialRead:
    """What the house shows of a badge."""
    program = ProgramTitle(id=credential.program_id, title=credential.program_title, format=credential.program_format)
    return CredentialRead.model_validate({**credential.model_dump(), "program": program})


def read_many(credentials: Sequence[Credential]) -> list[CredentialRead]:
    """A page of them."""
    return [read(credential) for credential in credentials]


def _frozen(skill: dict[str, Any], levels: dict[str, float]) -> dict[str, Any]:
    skill_id = str(skill["skill_id"])
    return {
        "skill_id": skill_id,
        "uri": skill.get("uri") or "",
        "label": skill["label"],
        "level": levels.get(skill_id),
    }


def _award(credential: Credential) -> Award:
    return Award(
        credential_id=credential.id,
        person_id=credential.person_id,
        program_id=credential.program_id,
        program_title=credential.program_title,
        program_description=credential.program_description,
        program_format=credential.program_format,
        hours=credential.hours,
        skills=tuple(
            AwardedSkill(UUID(skill["skill_id"]), skill["uri"], skill["label"], skill["level"])
            for skill in credential.skills
        ),
        awarded_at=credential.issued_at,
    )


def _said(credential: Credential, now: datetime) -> dict[str, Any]:
    return {
        "credential_id": credential.id,
        "enrollment_id": credential.enrollment_id,
        "person_id": credential.person_id,
        "program_id": credential.program_id,
        "at": now,
    }
