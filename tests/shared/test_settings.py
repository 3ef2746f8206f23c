"""Bad configuration stops the start with one clear line."""

import pytest

from shared.settings import ConfigurationError, load_settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("UPSKILL_PORT", "eighty", "UPSKILL_PORT"),
        ("UPSKILL_ADMIN_KEY", "short", "UPSKILL_ADMIN_KEY"),
        ("UPSKILL_DATABASE_URL", "mysql://x/{service}", "postgresql+psycopg://"),
        ("UPSKILL_DATABASE_URL", "postgresql+psycopg://x/upskill", "{service}"),
        ("UPSKILL_PUBLIC_URL", "not a url", "UPSKILL_PUBLIC_URL"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPSKILL_CORS_ORIGINS", "https://a.example, https://b.example")
    assert load_settings().cors_origins == ("https://a.example", "https://b.example")


def test_every_service_has_its_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPSKILL_DATABASE_URL", "postgresql+psycopg://host/upskill_{service}")
    assert load_settings().database_for("skills") == "postgresql+psycopg://host/upskill_skills"
