"""Reading and writing through the API, next to the raw driver behind a bare application.

On SQLite the whole suite in one process, gateway included; on PostgreSQL the skills service alone, as it runs behind
the gateway in another process.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import psutil

from shared.identity.keys import load_keyring
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.identity.tokens import TokenSigner
from tests.benchmarks.load import Cost, measure, request, serving
from tests.benchmarks.subjects import KEY, settings_in
from tests.databases import postgres_server

READS, LISTS, WRITES = 6_000, 1_500, 600
SKILLS = 200
Headers = dict[str, str]
Show = Callable[[], Headers]


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        _on_sqlite(Path(temporary))
    with tempfile.TemporaryDirectory() as temporary:
        _on_postgres(Path(temporary))


def _on_sqlite(folder: Path) -> None:
    _say("The suite in one process, on SQLite")

    def shown() -> Headers:
        return {"Authorization": f"Bearer {KEY}"}

    with serving("suite", folder) as ours, serving("raw-sqlite", folder) as theirs:
        _compare(ours, theirs, shown, {"GET one": 6.0})


def _on_postgres(folder: Path) -> None:
    _say("The skills service alone, on PostgreSQL")
    keyring = load_keyring(settings_in(folder).keys_path)
    caller = Principal("client", "bench", frozenset({Scope.SKILLS_READ, Scope.SKILLS_WRITE}))

    def shown() -> Headers:
        return {"Authorization": f"Bearer {TokenSigner('gateway', keyring).token(caller, 'skills')}"}

    with (
        postgres_server() as server,
        server.databases_of_a_suite() as url,
        serving("skills", folder, url) as ours,
        serving("raw-postgres", folder, url) as theirs,
    ):
        _compare(ours, theirs, shown, {"GET one": 3.0, "list 50": 3.0})


def _compare(
    ours: tuple[psutil.Process, int], theirs: tuple[psutil.Process, int], shown: Show, goals: dict[str, float]
) -> None:
    """Both answer the same requests, one after the other; what is said is what it costs their processes."""
    framework, skill = _fill(ours[1], shown())
    for name in ("GET one", "list 50", "POST one"):
        our = measure(f"Upskill: {name}", *ours, _requests(name, framework, skill, shown()))
        raw = measure(f"driver: {name}", *theirs, _requests(name, framework, skill, shown(), prefix="raw"))
        _tell(name, our, raw, goals.get(name))


def _tell(name: str, our: Cost, raw: Cost, goal: float | None) -> None:
    aim = f" (goal: at most {goal:.0f})" if goal else ""
    _say(f"{our}\n{raw}\n{name}: {our.microseconds / raw.microseconds:.2f} × the raw driver{aim}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _requests(name: str, framework: str, skill: str, headers: Headers, prefix: str = "new") -> list[bytes]:
    if name == "GET one":
        return [request("GET", f"/v1/skills/{skill}", headers)] * READS
    if name == "list 50":
        return [request("GET", "/v1/skills?limit=50", headers)] * LISTS
    return [request("POST", "/v1/skills", headers, _skill(framework, f"{prefix}-{number}")) for number in range(WRITES)]


def _skill(framework: str, name: str) -> bytes:
    body = {"framework_id": framework, "uri": f"https://bench.example/{name}", "labels": {"en": f"Skill {name}"}}
    return json.dumps({**body, "status": "published"}).encode()


def _fill(port: int, headers: Headers) -> tuple[str, str]:
    framework = _post(port, "/v1/frameworks", b'{"uri": "https://bench.example/f", "title": "Bench"}', headers)
    made = [_post(port, "/v1/skills", _skill(framework, f"first-{number}"), headers) for number in range(SKILLS)]
    return framework, made[SKILLS // 2]


def _post(port: int, path: str, body: bytes, headers: Headers) -> str:
    told = {**headers, "Content-Type": "application/json"}
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", body, told)) as answer:
        return str(json.load(answer)["id"])
