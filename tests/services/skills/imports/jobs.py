"""Sending files to the imports and waiting for what becomes of them."""

import asyncio
from typing import Any

from tests.harness import Running

ENDED = ("succeeded", "failed")


async def send(skills: Running, format: str, files: dict[str, bytes | str], **options: Any) -> str:
    """Ask for an import by multipart form; answers the address of its job."""
    parts = [
        ("file", (name, content.encode() if isinstance(content, str) else content)) for name, content in files.items()
    ]
    answer = await skills.post("/v1/imports", params={"format": format, **options}, files=parts)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


async def ended(skills: Running, path: str) -> dict[str, Any]:
    """The job when it has ended."""
    while True:
        job = (await skills.get(path)).json()
        if job["status"] in ENDED:
            return dict(job)
        await asyncio.sleep(0.02)


async def import_files(skills: Running, format: str, files: dict[str, bytes | str], **options: Any) -> dict[str, Any]:
    """Import and wait for the end."""
    return await ended(skills, await send(skills, format, files, **options))


async def errors_of(skills: Running, job: dict[str, Any], severity: str = "error") -> list[tuple[int | None, str]]:
    answer = await skills.get(f"/v1/imports/{job['id']}/errors", params={"severity": severity, "limit": 200})
    return [(finding["row"], finding["code"]) for finding in answer.json()["data"]]


async def all_of(skills: Running, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = (
            await skills.get(path, params={**params, "limit": 200, **({"cursor": cursor} if cursor else {})})
        ).json()
        found += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
