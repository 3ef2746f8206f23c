"""HTTP endpoints of credentials, and the document that says with which key they are signed."""

import json
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from services.enrollment.access import EnrollmentsReader, EnrollmentsWriter
from services.enrollment.credentials.repository import CredentialRepository
from services.enrollment.credentials.schemas import (
    JWT,
    LINKED_DATA,
    CredentialRead,
    CredentialRevocation,
    DidDocument,
    OpenBadgeCredential,
)
from services.enrollment.credentials.service import (
    FORMS,
    AlreadyRevoked,
    Badger,
    BadgeRevoked,
    CredentialService,
    NotAcceptable,
    choose_form,
    read_many,
)
from services.enrollment.enrollments.acting import MayNotAct, actor_of
from services.enrollment.neighbours import Skills
from services.enrollment.people import People
from services.enrollment.visibility import NotAPerson, Visibility
from shared.clock import Now
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import BadRequest, NotFound, Unavailable, Unprocessable, problems
from shared.etags import tag
from shared.frame import Router
from shared.identity.access import Anybody
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import Ids, Reference, References

credentials = Router(prefix="/v1/credentials", tags=["Credentials"])
discovery = Router(tags=["Discovery"])


async def _badger(request: Request) -> Badger:
    return cast(Badger, request.app.state.badger)


Signer = Annotated[Badger, Depends(_badger)]


class BadgeResponse(JSONResponse):
    """A badge in its default form; being JSON tells the OpenAPI document that it is an object."""

    media_type = LINKED_DATA


@credentials.get("", responses=problems(BadRequest, NotAPerson, Unprocessable, Unavailable))
async def list_credentials(
    caller: EnrollmentsReader,
    session: ReadSession,
    skills: Skills,
    paging: Pages,
    person_id: Reference | None = None,
    program_id: Annotated[UUID | None, Query()] = None,
    ids: Ids = None,
    updated_since: UpdatedSince = None,
) -> Page[CredentialRead]:
    """List badges in the order in which they were issued, revoked ones included.

    Signed-in users see their own, and with `person_id` those of the people whom they lead.
    """
    rows, cursor = await CredentialRepository(session).list_page(
        paging,
        person_id=await Visibility(People(skills)).whose(caller, person_id),
        program_id=program_id,
        ids=await References(session, "credential").chosen(ids),
        updated_since=updated_since,
    )
    return Page(data=read_many(rows), next_cursor=cursor)


@credentials.get(
    "/{id}",
    response_class=BadgeResponse,
    responses={
        200: {
            "model": OpenBadgeCredential,
            "description": "The badge, signed",
            "content": {JWT: {"schema": {"type": "string", "description": "A VC-JWT."}}},
        },
        **problems(NotFound, NotAcceptable, BadgeRevoked, Unavailable),
    },
)
async def get_credential(
    id: UUID,
    caller: EnrollmentsReader,
    session: ReadSession,
    skills: Skills,
    signer: Signer,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """One badge as an Open Badges 3.0 credential that anybody can verify offline.

    `application/vc+ld+json` (the default) carries a Data Integrity proof, eddsa-rdfc-2022; `application/vc+jwt`
    is the same claims as a JWT. The issuer is a did:web; its key is at `/.well-known/did.json`. The person
    appears by id alone. A revoked badge answers 404 with the type `credential-revoked`.
    """
    form = choose_form(accept)
    credential = await CredentialService(session).get_valid(id, caller, Visibility(People(skills)))
    written = FORMS[form](signer, credential)
    content = written if isinstance(written, str) else json.dumps(written, ensure_ascii=False)
    return Response(content, media_type=form, headers={"Vary": "Accept"})


@credentials.post(
    "/{id}/revoke", responses=problems(BadRequest, NotFound, AlreadyRevoked, MayNotAct, Unprocessable, Unavailable)
)
async def revoke_credential(
    id: UUID,
    body: CredentialRevocation,
    caller: EnrollmentsWriter,
    session: WriteSession,
    skills: Skills,
    now: Now,
    response: Response,
) -> CredentialRead:
    """Take a badge back for good, with the reason. The completion stays; revoke the enrollment to undo both."""
    actor = await actor_of(caller, body.acting_person_id, People(skills))
    credential = await CredentialService(session).revoke(id, body.reason, actor.person_id, now)
    tag(response, credential.revision)
    return credential


@discovery.get("/.well-known/did.json", include_in_schema=False)
async def get_did_document(caller: Anybody, signer: Signer) -> DidDocument:
    """The installation's DID document: the key by which anybody verifies its badges. For everybody."""
    document: dict[str, Any] = signer.did_document()
    return DidDocument.model_validate(document)


routers = (credentials, discovery)
