"""What the merged document says before its first operation."""

from gateway.documentation.front_door import shared_responses
from gateway.documentation.merge import Document
from shared.app import VERSION
from shared.identity.scopes import DESCRIPTIONS

DESCRIPTION = """\
Upskill answers, for every employee and every leader: which skills do we need, now and later; which do we
have, and how sure are we; what is the shortest honest way from here to there; who is on that way, and does
it pay.

**Who calls.** Send an API key as `Authorization: Bearer upk_…`, or exchange it at `POST /oauth/token` (client
credentials) for an access token of one hour. Users of portals send the token of their OpenID Connect issuer.
`GET /v1/me` says who you are and what you may do. What you may not see answers 404, like what is not there.

**Ids.** Every id in a path, query or body is a UUID, or `source:external_id`, for example `hris:E2`.

**Lists** are `{"data": […], "next_cursor": …}`, at most 200 a page; `updated_since` also tells what is gone.

**Changes.** Resources carry an `ETag`; send it as `If-Match` when you change one (428 without, 412 when stale).
Send an `Idempotency-Key` with every POST: repeated, it gets the same answer for seven days.

**Errors** are `application/problem+json` (RFC 9457) with a stable `type` and, for bad input, the places.
"""


def head() -> Document:
    """Version, licence, servers and the ways to show who one is."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Upskill",
            "version": VERSION,
            "summary": "Skills, programs and enrollment behind one gateway.",
            "description": DESCRIPTION,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
            "contact": {"name": "The operators of this installation"},
        },
        "servers": [{"url": "/", "description": "This installation"}],
        "security": [{"bearer": []}, {"oauth2": []}],
        "components": {
            "responses": shared_responses(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key (`upk_…`), an access token, or a user's OpenID Connect token.",
                },
                "oauth2": {
                    "type": "oauth2",
                    "description": "Client credentials: the id of a client, and one of its API keys as secret.",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": "/oauth/token",
                            "scopes": {str(scope): text for scope, text in DESCRIPTIONS.items()},
                        }
                    },
                },
            },
        },
    }
