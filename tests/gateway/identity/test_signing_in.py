"""A user's token at the front door: from the issuer's keys to the person in the skills service."""

import time
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from joserfc import jwt
from joserfc.jwk import RSAKey

from shared.identity.authentication import PRINCIPAL, Authentication
from shared.identity.keys import Keyring
from shared.identity.tokens import TokenVerifier
from tests.conftest import DatabaseKind
from tests.gateway.conftest import StartGateway, listening, open_http


@pytest.fixture
def database_kind() -> DatabaseKind:
    """Users are in no database of the gateway: one kind is enough here."""
    return "sqlite"


MIA = "0198c0de-1111-7000-8000-000000000002"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256"})


class Provider:
    """An identity provider that learns its own address when it listens."""

    def __init__(self) -> None:
        self.address = ""
        self.app = FastAPI()

        @self.app.get("/.well-known/openid-configuration")
        async def describe() -> dict[str, str]:
            return {"issuer": self.address, "jwks_uri": f"{self.address}/keys"}

        @self.app.get("/keys")
        async def publish() -> dict[str, Any]:
            return {"keys": [KEY.as_dict(private=False)]}

    def sign_in(self, **claims: Any) -> dict[str, str]:
        now = int(time.time())
        whole = {"iss": self.address, "aud": "upskill", "sub": "42", "iat": now, "exp": now + 300, **claims}
        return {"Authorization": f"Bearer {jwt.encode({'alg': 'RS256', 'kid': 'k1'}, whole, KEY)}"}


def skills_service(keyring: Keyring) -> FastAPI:
    app = FastAPI()
    app.add_middleware(Authentication, verifier=TokenVerifier("skills", keyring))

    @app.get("/internal/people/signing-in/{name}")
    async def find(name: str, request: Request) -> dict[str, Any]:
        assert request.scope[PRINCIPAL].kind == "service"
        if name != "mia@shop.example":
            raise HTTPException(404)
        return {"id": MIA, "display_name": "Mia Berg", "active": True}

    return app


async def test_a_portals_user_is_the_person_whom_the_claim_names(start_gateway: StartGateway, keyring: Keyring) -> None:
    provider = Provider()
    async with listening(provider.app) as provider.address:
        gateway = await start_gateway(
            {"skills": skills_service(keyring)},
            oidc_issuer=provider.address,
            oidc_audience="upskill",
            oidc_person_claim="email",
            oidc_admin_claim="learning_admin",
        )
        async with open_http(gateway) as client:
            me = await client.get("/v1/me", headers=provider.sign_in(email="mia@shop.example"))
            stranger = await client.get("/v1/me", headers=provider.sign_in(email="eve@shop.example"))
            admin = await client.get(
                "/v1/clients", headers=provider.sign_in(email="mia@shop.example", learning_admin=True)
            )
            employee = await client.get("/v1/clients", headers=provider.sign_in(email="mia@shop.example"))
    assert (me.json()["kind"], me.json()["person_id"], me.json()["scopes"]) == ("user", MIA, [])
    assert stranger.status_code == 403
    assert (admin.status_code, employee.status_code) == (200, 403)
