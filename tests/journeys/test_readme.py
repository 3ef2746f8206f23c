"""Every command in the README does what the README says.

`UPSKILL_WRITE_README=1 pytest tests/journeys/test_readme.py` puts today's real output into it.
"""

import os
import re
import subprocess
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.documentation import with_settings
from tests.journeys.conftest import NewSuite
from tests.journeys.readme import README, lasting, read_commands, with_outputs
from tests.journeys.suite import Suite, running_suite

pytestmark = [pytest.mark.journey, pytest.mark.processes]

ROOT = README.parent
SEPARATOR = "--- next ---"
TYPED_HERE = "http://127.0.0.1:8000"


@pytest.fixture
def own_suite(new_suite: NewSuite) -> Iterator[Suite]:
    with running_suite(new_suite()) as running:
        yield running


def run(commands: list[str], suite: Suite) -> list[str]:
    """Type the commands into one shell; what each of them shows."""
    script = "\n".join(f"{command}\necho '{SEPARATOR}'" for command in commands)
    done = subprocess.run(
        ["bash", "-c", script.replace(TYPED_HERE, suite.base_url)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "UPSKILL_URL": suite.base_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [output.strip("\n") for output in done.stdout.split(f"{SEPARATOR}\n")[:-1]]


@pytest.mark.parametrize("shape", ["embedded"], indirect=True)
def test_the_story_is_true(own_suite: Suite) -> None:
    readme = README.read_text("utf-8")
    commands = read_commands(readme)
    outputs = run([command.typed for command in commands], own_suite)
    if os.environ.get("UPSKILL_WRITE_README"):
        README.write_text(with_outputs(readme, outputs), "utf-8")
    for command, output in zip(read_commands(README.read_text("utf-8")), outputs, strict=True):
        assert lasting(output) == lasting(command.shown), command.typed


def test_the_settings_are_today_s() -> None:
    readme = README.read_text("utf-8")
    assert with_settings(readme) == readme


def test_every_subcommand_exists() -> None:
    named = set(re.findall(r"^upskill (\w+)", README.read_text("utf-8"), re.MULTILINE))
    assert named == {"up", "migrate", "demo", "import", "keys", "openapi", "tour"}
    for name in named:
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize("target", ["run", "test", "tour", "check", "bench", "lock"])
def test_make_knows_the_target(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_folders_are_there() -> None:
    for folder in re.findall(r"^\| `([a-z/]+/)` \|", README.read_text("utf-8"), re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder
