"""Where the published data sets are, when they are there: the repository does not carry them."""

from pathlib import Path

import pytest

from services.skills.imports import worker
from shared.uploads import UploadedFile, open_upload

PUBLISHED = Path(__file__).resolve().parents[5] / "shared" / "data"


ESCO = (
    "ESCO dataset - v1.1.1 - classification -  - csv.zip",
    "ESCO dataset - v1.1.1 - classification - en - csv.zip",
)


def published_bytes(folder: str, *names: str) -> dict[str, bytes | str]:
    """The files of a published data set by name; the test is skipped where the data set is absent."""
    paths = [PUBLISHED / folder / name for name in names]
    if not all(path.exists() for path in paths):
        pytest.skip(f"{PUBLISHED / folder} is not on this machine")
    return {path.name: path.read_bytes() for path in paths}


def published(folder: str, *names: str) -> list[UploadedFile]:
    """The files of a published data set, opened."""
    files = published_bytes(folder, *names)
    return [
        file
        for name, content in files.items()
        for file in open_upload(name, content.encode() if isinstance(content, str) else content)
    ]


@pytest.fixture
def esco_files() -> list[UploadedFile]:
    return published("esco-1.1.1", *ESCO)


@pytest.fixture
def capability_framework_files() -> list[UploadedFile]:
    return published("uk-gdad-pcf", "roles_levels_skills.csv.gz", "skills_levels.csv")


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs start at once."""
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.02)


@pytest.fixture
def onet_files() -> list[UploadedFile]:
    return published("onet-30.0", "Skills.csv.gz", "Knowledge.csv.gz", "Occupation Data.csv.gz")
