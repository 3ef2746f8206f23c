"""What an image holds is enough: `shared/` and one part start without the others."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.databases import PACKAGES
from tests.architecture.source import ROOT

AS_IN_THE_IMAGE = """
import runpy, sys
sys.path = [sys.argv[1], *(path for path in sys.path if path != sys.argv[2])]
module, sys.argv = sys.argv[3], ["upskill", "migrate"]
runpy.run_module(module, run_name="__main__")
"""


@pytest.mark.parametrize("part", PACKAGES)
def test_a_part_needs_only_itself_and_the_kernel(part: str, tmp_path: Path) -> None:
    package = PACKAGES[part]
    folder = package.replace(".", "/")
    for name in ("shared", folder):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-P", "-c", AS_IN_THE_IMAGE, str(tmp_path), str(ROOT), package],
        cwd=tmp_path,
        env={"UPSKILL_DATA_DIR": str(tmp_path / "data"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / f"{part}.db").exists()
