"""The locks: pinned by hash, and installable wherever pip finds the Python Package Index."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, Source, sources

ROOT = Path(__file__).parents[2]
LOCKS = ("build.txt", "runtime.txt", "dev.txt")
_NAME = re.compile(r"^([A-Za-z0-9._-]+)")
_PIN = re.compile(r"^[a-z0-9._-]+==[^ ;]+( ; [^\\]+)? \\$")


def requirements(lock: str) -> list[str]:
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    return [line for line in lines if line and not line.startswith((" ", "#"))]


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_by_hash(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    found = requirements(lock)
    assert found
    assert all(_PIN.match(line) for line in found)
    for block in re.split(r"\n(?=[a-z])", text)[1:]:
        assert "--hash=sha256:" in block


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_index_or_a_machine(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    assert not re.search(r"https?://|file:|--index|--find-links|--trusted|(^|\s)/", text)


@pytest.mark.parametrize(("lock", "extra"), [("runtime.txt", None), ("dev.txt", "dev")])
def test_locks_hold_what_the_project_asks_for(lock: str, extra: str | None) -> None:
    locked = {normal(line) for line in requirements(lock)}
    assert {normal(line) for line in asked_for(extra)} <= locked


def test_the_two_locks_agree() -> None:
    """What the tests run is what is shipped."""
    assert set(requirements("runtime.txt")) <= set(requirements("dev.txt"))


def normal(requirement: str) -> str:
    found = _NAME.match(requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found.group(1)).lower()


@pytest.mark.parametrize(("packages", "extra"), [(PACKAGES, None), (("tests",), "dev")])
def test_the_project_asks_for_everything_that_it_imports(packages: tuple[str, ...], extra: str | None) -> None:
    """An import that another package happens to bring is gone one day."""
    asked = {normal(line) for line in asked_for(extra)} | {"pydantic-core", "upskill"}  # pydantic's other half
    distributions = packages_distributions()
    missing = {
        f"{source.name}: {module}"
        for source in sources(*packages)
        for module in imported(source)
        if module in distributions and not {normal(name) for name in distributions[module]} & asked
    }
    assert not missing


def asked_for(extra: str | None) -> list[str]:
    """The requirements of pyproject.toml, with those of an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked: list[str] = project["dependencies"] + (project["optional-dependencies"][extra] if extra else [])
    return asked


def imported(source: Source) -> set[str]:
    """The top-level names that the file imports."""
    names: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names.add(node.module.split(".")[0])
    return names
