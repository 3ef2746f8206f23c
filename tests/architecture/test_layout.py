"""The house: where things are, how large they may be, and who may do what."""

import ast
import re

import pytest

from tests.architecture.source import ROOT, Source, sources

LONGEST_FILE = 330
LONGEST_FUNCTION = 50
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
PURE = {"asyncio", "fastapi", "httpx", "os", "pathlib", "sqlalchemy", "sqlmodel", "starlette", "time"}
ROUTE_METHODS = {"get", "post", "put", "patch", "delete"}
PLACES = re.compile(r"/work/|RULES\.md|LOOP\.md|FACTS\.md|DESIGN\.md")


def named(source: Source) -> str:
    return source.name


everything = pytest.mark.parametrize("source", sources(), ids=named)


@everything
def test_no_file_is_too_long_to_read(source: Source) -> None:
    assert len(source.text.splitlines()) <= LONGEST_FILE


@everything
def test_no_function_is_too_long_to_read(source: Source) -> None:
    long = [
        f"{function.name} has {(function.end_lineno or 0) - function.lineno + 1} lines"
        for function in source.functions
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


@everything
def test_no_drawer_for_odds_and_ends(source: Source) -> None:
    assert not FORBIDDEN_NAMES & set(source.name.removesuffix(".py").split("/"))


@everything
def test_every_module_says_what_it_is_for(source: Source) -> None:
    is_empty = not source.text.strip()
    assert is_empty or ast.get_docstring(source.tree)


@everything
def test_nothing_points_outside_the_project(source: Source) -> None:
    assert not PLACES.search(source.text)


@pytest.mark.parametrize("source", [s for s in sources() if s.path.name == "rules.py"], ids=named)
def test_rules_are_pure(source: Source) -> None:
    """Decisions take the time as an argument and touch neither database nor network."""
    imported: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert not imported & PURE
    assert ".now(" not in source.text
    assert "utc_now" not in source.text


@pytest.mark.parametrize("source", sources("services", "gateway"), ids=named)
def test_only_the_frame_commits(source: Source) -> None:
    calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    commits = [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"]
    assert not commits


@pytest.mark.parametrize(
    "source", [s for s in sources("services", "gateway") if s.path.name == "endpoints.py"], ids=named
)
def test_endpoints_are_glue_and_documented(source: Source) -> None:
    """Each says what it does, what it answers, and calls on; none of them queries."""
    for function in source.functions:
        if is_route(function):
            assert ast.get_docstring(function), f"{function.name} has no docstring"
            assert function.returns is not None, f"{function.name} does not say what it answers"
    assert ".execute(" not in source.text


def is_route(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = [d.func for d in function.decorator_list if isinstance(d, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in ROUTE_METHODS for call in calls)


def test_services_is_a_namespace() -> None:
    """Without an `__init__.py` an image may hold one service and not the others."""
    assert not (ROOT / "services" / "__init__.py").exists()
