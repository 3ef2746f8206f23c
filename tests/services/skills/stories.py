"""The shop that the tests of this service tell of: made through the API, as its users make it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.harness import NEIGHBOUR, Running

REPRESENTATIVE = {
    "title": "Sales representative",
    "family": "Sales",
    "grade": "3",
    "external_ids": [{"source": "hris", "external_id": "R-SALES"}],
}
LEA = {
    "user_name": "lea@shop.example",
    "given_name": "Lea",
    "family_name": "Holm",
    "email": "lea@shop.example",
    "org_unit": "Sales",
    "active": True,
}
MIA = {
    "user_name": "mia@shop.example",
    "given_name": "Mia",
    "family_name": "Berg",
    "email": "mia@shop.example",
    "org_unit": "Sales",
    "role_id": "hris:R-SALES",
    "manager_id": "hris:E1",
    "hired_on": "2024-03-01",
    "active": True,
}


@dataclass(frozen=True)
class Shop:
    """Ids of those who work in the shop: `top` leads Lea and Kim, Lea leads Mia and Pat."""

    role: str
    top: str
    lea: str
    mia: str
    pat: str
    kim: str
    sales: str


async def make_shop(service: Running) -> Shop:
    """Six people in three levels, the sales representatives with their role."""
    role = await make_role(service)
    rows: dict[str, dict[str, Any]] = {
        "E0": {"user_name": "top@shop.example", "org_unit": "Board"},
        "E1": {**LEA, "manager_id": "hris:E0"},
        "E2": MIA,
        "E3": {**MIA, "user_name": "pat@shop.example", "given_name": "Pat", "email": "pat@shop.example"},
        "E4": {"user_name": "kim@shop.example", "org_unit": "Marketing", "manager_id": "hris:E0"},
    }
    people = {}
    for number, body in rows.items():
        answer = await service.put(f"/v1/people/by-external-id/hris/{number}", body)
        assert answer.status_code == 201, answer.text
        people[number] = answer.json()
    top, lea, mia, pat, kim = (people[number]["id"] for number in rows)
    return Shop(role["id"], top, lea, mia, pat, kim, sales=people["E1"]["org_unit_id"])


async def make_skills(service: Running, *labels: str, scale_id: str | None = None, **fields: Any) -> list[str]:
    """Published skills of a framework of their own; returns their ids."""
    framework = {"uri": f"https://shop.example/{labels[0]}", "title": "Shop skills", "scale_id": scale_id}
    framework_id = (await made(service, "/v1/frameworks", framework))["id"]
    found = []
    for label in labels:
        body = {"framework_id": framework_id, "uri": f"https://shop.example/skills/{label}", "labels": {"en": label}}
        found.append((await made(service, "/v1/skills", {**body, "status": "published", **fields}))["id"])
    return found


async def make_role(service: Running, **fields: Any) -> dict[str, Any]:
    return await made(service, "/v1/roles", {**REPRESENTATIVE, **fields})


async def require(service: Running, role_id: str, *requirements: dict[str, Any]) -> None:
    """Make these the requirements of a role."""
    body = {"data": list(requirements)}
    answer = await service.put(f"/v1/roles/{role_id}/requirements", body, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def made(service: Running, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await service.post(path, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def told(service: Running, subject: str, count: int) -> list[dict[str, Any]]:
    """The facts about a subject, once there are `count`: PostgreSQL numbers them a moment after the commit."""
    found: list[dict[str, Any]] = []
    for _ in range(100):
        answer = await service.get("/internal/events?limit=200", caller=NEIGHBOUR)
        found = [event for event in answer.json()["data"] if event["subject"] == subject]
        if len(found) >= count:
            break
        await asyncio.sleep(0.05)
    return found
