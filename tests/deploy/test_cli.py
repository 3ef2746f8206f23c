"""The command line: what it writes, and that what a person can mend is one clear line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shared.serving import listen, port_of

UPSKILL = Path(sys.executable).with_name("upskill")


def upskill(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(UPSKILL), *arguments],
        env={"UPSKILL_DEMO": "0"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_openapi_is_written_without_a_running_suite(tmp_path: Path) -> None:
    done = upskill("openapi", "--output", str(tmp_path / "openapi.json"))
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "openapi.json").read_text("utf-8"))
    assert document["openapi"].startswith("3.1")
    for path in ("/v1/skills", "/v1/programs", "/v1/enrollments", "/v1/clients"):
        assert path in document["paths"]


def test_migrate_says_each_step_once(tmp_path: Path) -> None:
    first = upskill("migrate", UPSKILL_DATA_DIR=str(tmp_path))
    assert first.returncode == 0, first.stderr
    assert "skills: " in first.stdout
    again = upskill("migrate", UPSKILL_DATA_DIR=str(tmp_path))
    assert again.stdout == "The databases are up to date.\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["up"], {"UPSKILL_PORT": "eighty"}, "UPSKILL_PORT"),
        (["up"], {"UPSKILL_DATABASE_URL": "postgresql+psycopg://x/upskill"}, "{service}"),
        (["up", "--processes"], {"UPSKILL_HOST": "256.0.0.1"}, "cannot be listened on"),
        (["migrate"], {"UPSKILL_DATA_DIR": "/dev/null/var"}, "UPSKILL_DATA_DIR"),
    ],
)
def test_bad_configuration_is_one_clear_line(
    arguments: list[str], environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    done = upskill(*arguments, **{"UPSKILL_DATA_DIR": str(tmp_path)} | environment)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("upskill: ")
    assert said in done.stderr


def test_a_gateway_that_is_away_is_one_clear_line() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = port_of(taken)
    done = upskill("tour", "--url", f"http://127.0.0.1:{port}", "--key", "upk_admin_0123456789abcdef")
    assert done.returncode == 2
    assert "does not answer" in done.stderr


def test_a_key_is_asked_for() -> None:
    done = upskill("demo")
    assert done.returncode == 2
    assert "--key" in done.stderr


def test_the_keys_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    assert upskill("keys", "file", str(path)).returncode == 0
    made = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert upskill("keys", "file", str(path)).returncode == 0
    assert path.read_bytes() == made
