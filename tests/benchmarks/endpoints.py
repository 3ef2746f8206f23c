"""Reading and writing through the whole embedded suite, next to the raw driver behind a bare application."""

import json
import sys
import tempfile
from pathlib import Path
from urllib.request import Request, urlopen

from tests.benchmarks.load import Cost, measure, request, serving
from tests.benchmarks.subjects import KEY

READS, LISTS, WRITES = 6_000, 1_500, 600
SKILLS = 200
GOALS = {"GET one": 6.0}
SHOWN = {"Authorization": f"Bearer {KEY}"}


def main() -> None:
    out = sys.stdout.write
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with serving("suite", folder) as (process, port):
            framework, skill = _fill(port)
            calls = _calls(framework, skill)
            ours = [measure(f"suite: {name}", process, port, requests) for name, requests in calls.items()]
        with serving("raw-sqlite", folder) as (process, port):
            calls = _calls(framework, skill, prefix="raw")
            limits = [measure(f"driver: {name}", process, port, requests) for name, requests in calls.items()]
    for name, our, limit in zip(calls, ours, limits, strict=True):
        out(f"{our}\n{limit}\n{name}: {_ratio(our, limit):.2f} × the raw driver{_goal(name)}\n")


def _ratio(our: Cost, limit: Cost) -> float:
    return our.microseconds / limit.microseconds


def _goal(name: str) -> str:
    return f" (goal: at most {GOALS[name]:.0f})" if name in GOALS else ""


def _calls(framework: str, skill: str, prefix: str = "suite") -> dict[str, list[bytes]]:
    return {
        "GET one": [request("GET", f"/v1/skills/{skill}", SHOWN)] * READS,
        "list 50": [request("GET", "/v1/skills?limit=50", SHOWN)] * LISTS,
        "POST one": [
            request("POST", "/v1/skills", SHOWN, _skill(framework, f"{prefix}-{number}")) for number in range(WRITES)
        ],
    }


def _skill(framework: str, name: str) -> bytes:
    body = {"framework_id": framework, "uri": f"https://bench.example/{name}", "labels": {"en": f"Skill {name}"}}
    return json.dumps({**body, "status": "published"}).encode()


def _fill(port: int) -> tuple[str, str]:
    framework = _post(port, "/v1/frameworks", b'{"uri": "https://bench.example/f", "title": "Bench"}')
    made = [_post(port, "/v1/skills", _skill(framework, f"first-{number}")) for number in range(SKILLS)]
    return framework, made[SKILLS // 2]


def _post(port: int, path: str, body: bytes) -> str:
    headers = {**SHOWN, "Content-Type": "application/json"}
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", body, headers)) as answer:
        return str(json.load(answer)["id"])
