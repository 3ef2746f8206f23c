"""Where the published data sets are, when they are there: the repository does not carry them."""

from pathlib import Path

import pytest

from shared.uploads import UploadedFile, open_upload

PUBLISHED = Path(__file__).resolve().parents[5] / "shared" / "data"


def published(folder: str, *names: str) -> list[UploadedFile]:
    """The files of a published data set, opened; the test is skipped where the data set is absent."""
    paths = [PUBLISHED / folder / name for name in names]
    if not all(path.exists() for path in paths):
        pytest.skip(f"{PUBLISHED / folder} is not on this machine")
    return [file for path in paths for file in open_upload(path.name, path.read_bytes())]


@pytest.fixture
def esco_files() -> list[UploadedFile]:
    return published(
        "esco-1.1.1",
        "ESCO dataset - v1.1.1 - classification -  - csv.zip",
        "ESCO dataset - v1.1.1 - classification - en - csv.zip",
    )


@pytest.fixture
def capability_framework_files() -> list[UploadedFile]:
    return published("uk-gdad-pcf", "roles_levels_skills.csv.gz", "skills_levels.csv")
