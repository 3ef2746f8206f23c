"""`upskill import`: sends published files to the gateway and shows how the job goes."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from deploy.api import demand
from deploy.console import Console

POLL_SECONDS = 0.25
SHOWN_ERRORS = 20
FINISHED = ("succeeded", "failed")
COUNTS = ("created", "updated", "unchanged", "retired", "rejected")


def import_files(
    http: httpx.Client, console: Console, files: list[Path], *, format: str, dry_run: bool, fields: dict[str, str]
) -> bool:
    """Import the files as one job; True when it succeeded. Raises Refused."""
    job = _send(http, files, {"format": format, "dry_run": "true" if dry_run else "false"} | fields)
    with console.counting() as advance:
        while job["status"] not in FINISHED:
            advance("Importing", job["progress"], 100)
            time.sleep(POLL_SECONDS)
            job = demand(http.get(f"/v1/imports/{job['id']}"))
        advance("Importing", 100, 100)
    counts = ", ".join(f"{job['counts'][name]} {name}" for name in COUNTS)
    console.note(f"{'Would be: ' if dry_run else ''}{counts}")
    if job["problem"] is not None:
        console.note(f"{job['problem']['title']}: {job['problem'].get('detail', '')}")
    _show_errors(http, console, job)
    return bool(job["status"] == "succeeded")


def _send(http: httpx.Client, files: list[Path], fields: dict[str, str]) -> Any:
    with ExitStack() as stack:
        parts = [("file", (path.name, stack.enter_context(path.open("rb")))) for path in files]
        return demand(http.post("/v1/imports", params=fields, files=parts))


def _show_errors(http: httpx.Client, console: Console, job: Any) -> None:
    page = demand(http.get(f"/v1/imports/{job['id']}/errors?limit={SHOWN_ERRORS}"))
    for error in page["data"]:
        place = " ".join(str(error[name]) for name in ("file", "row") if error.get(name) is not None)
        console.note(f"  {place}: {error.get('detail')}")
    if page["next_cursor"]:
        console.note(f"  … all of them: GET /v1/imports/{job['id']}/errors")
