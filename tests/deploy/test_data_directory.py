"""One suite per data folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.data_directory import DataDirectory
from shared.settings import ConfigurationError

HOLD = """
import sys, pathlib
from deploy.data_directory import DataDirectory
DataDirectory(pathlib.Path(sys.argv[1])).lock()
print("held", flush=True)
sys.stdin.read()
"""


def holder(folder: Path) -> "subprocess.Popen[str]":
    """Another process that has the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_by_name_of_the_first(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        with pytest.raises(ConfigurationError, match=rf"in use by process {other.pid}"):
            DataDirectory(tmp_path).lock()
        other.communicate()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.kill()
        other.communicate()
    os.close(DataDirectory(tmp_path).lock())


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="UPSKILL_DATA_DIR"):
        DataDirectory(tmp_path / "file" / "var").lock()


def test_a_demo_that_was_cut_off_is_remembered(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    assert not directory.demo_is_under_way()
    directory.demo_begins()
    assert directory.demo_is_under_way()
    directory.demo_is_done()
    assert not directory.demo_is_under_way()
