"""How parts listen, and what is said when they cannot."""

import subprocess
import sys

import pytest

from shared.serving import listen, port_of
from shared.settings import ConfigurationError


def test_port_zero_takes_a_free_one() -> None:
    with listen("127.0.0.1", 0) as first, listen("127.0.0.1", 0) as second:
        assert port_of(first) != port_of(second)


def test_a_port_in_use_is_one_clear_line() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(ConfigurationError, match=f"127.0.0.1:{port_of(taken)}"):
        listen("127.0.0.1", port_of(taken))


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"UPSKILL_PORT": "eighty"}, "UPSKILL_PORT"),
        ({"UPSKILL_DATABASE_URL": "mysql://x/{service}"}, "postgresql"),
        ({"UPSKILL_KEYS_FILE": "/nowhere/keys.json"}, "UPSKILL_KEYS_FILE"),
    ],
)
def test_bad_configuration_stops_a_part_with_one_line(environment: dict[str, str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.programs"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
