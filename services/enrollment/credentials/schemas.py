"""What callers send and see of credentials. The badge itself is in the form of Open Badges 3.0."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.enrollment.enrollments.schemas import ActingPerson, Reason
from services.enrollment.offerings.schemas import ProgramTitle
from shared.schemas import RequestBody, Resource

LINKED_DATA = "application/vc+ld+json"
JWT = "application/vc+jwt"

EXAMPLE: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "https://upskill.example/v1/credentials/0198c0de-1111-7000-8000-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {
        "id": "did:web:upskill.example",
        "type": ["Profile"],
        "name": "Upskill",
        "url": "https://upskill.example",
    },
    "validFrom": "2026-11-23T10:00:00Z",
    "name": "Four weeks in marketing",
    "credentialSubject": {
        "id": "urn:uuid:0198c0de-2222-7000-8000-000000000001",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://upskill.example/v1/programs/0198c0de-3333-7000-8000-000000000001",
            "type": ["Achievement"],
            "achievementType": "Fieldwork",
            "name": "Four weeks in marketing",
            "description": "Work beside the marketing team",
            "criteria": {
                "narrative": "Completed the program “Four weeks in marketing” (24 hours). "
                "It teaches: Market on social media."
            },
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetUrl": "https://shop.example/skills/social-media",
                    "targetName": "Market on social media",
                }
            ],
        },
    },
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-23T10:00:00Z",
        "verificationMethod": "did:web:upskill.example#z6MkiZ6mWkBNdw77BBuCr67UFbL5kkFYER2iDxF3xwcDM2f6",
        "proofPurpose": "assertionMethod",
        "proofValue": "z5iVuXZFe8gC8DBkFPFJCBh7JRXtae7gquxS2bhuzJ3Eq58daDbREvcBhKfuU36AtNZkrMZXgMrbNcJMKsVEAAAtQ",
    },
}


class OpenBadgeCredential(BaseModel):
    """A verifiable credential of Open Badges 3.0; its standard names every member."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [EXAMPLE]})

    context: list[str] = Field(alias="@context")
    id: str
    type: list[str]
    issuer: dict[str, Any]
    validFrom: datetime  # noqa: N815 - the standard's own spelling
    name: str
    credentialSubject: dict[str, Any]  # noqa: N815
    proof: dict[str, Any]


class CredentialRead(Resource):
    """What the house knows of a badge it gave; the badge itself is at `/v1/credentials/{id}`."""

    person_id: UUID
    enrollment_id: UUID
    program: ProgramTitle
    issued_at: datetime
    revoked_at: datetime | None
    revoked_reason: str | None
    revoked_by_id: UUID | None = Field(description="The person who took it back; null = a client on its own.")


class CredentialRevocation(RequestBody):
    """Why the badge is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Issued to the wrong person"}]})

    reason: Reason
    acting_person_id: ActingPerson | None = None


class VerificationMethod(BaseModel):
    """A public key as a Multikey."""

    id: str = Field(examples=["did:web:upskill.example#z6MkiZ6mWkBNdw77BBuCr67UFbL5kkFYER2iDxF3xwcDM2f6"])
    type: str = Field(examples=["Multikey"])
    controller: str = Field(examples=["did:web:upskill.example"])
    publicKeyMultibase: str = Field(examples=["z6MkiZ6mWkBNdw77BBuCr67UFbL5kkFYER2iDxF3xwcDM2f6"])  # noqa: N815


class DidDocument(BaseModel):
    """A DID document (W3C Decentralized Identifiers 1.0)."""

    context: list[str] = Field(alias="@context")
    id: str = Field(examples=["did:web:upskill.example"])
    verificationMethod: list[VerificationMethod]  # noqa: N815
    assertionMethod: list[str]  # noqa: N815
