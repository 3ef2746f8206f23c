import pytest

from services.skills.imports.formats import FORMATS
from services.skills.imports.records import Options
from shared.uploads import UploadRefused, open_upload


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_refuses_a_foreign_table_with_a_code(name: str) -> None:
    with pytest.raises(UploadRefused) as caught:
        list(FORMATS[name](open_upload("shoes.csv", b"size,colour\n38,red\n"), Options()))
    assert caught.value.code
