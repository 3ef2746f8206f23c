"""The shop that the tests of this service tell of: made through the API, as its users make it."""

from typing import Any

from tests.harness import Running

REPRESENTATIVE = {
    "title": "Sales representative",
    "family": "Sales",
    "grade": "3",
    "external_ids": [{"source": "hris", "external_id": "R-SALES"}],
}


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
