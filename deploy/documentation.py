"""Writes what the README repeats from the code: `python -m deploy.documentation`. A test compares the two."""

from pathlib import Path

from shared.settings import Settings

README = Path(__file__).parents[1] / "README.md"
BEGIN = "<!-- settings: written by `python -m deploy.documentation`, compared by a test -->\n"
END = "<!-- end of settings -->"


def settings_table() -> str:
    """Every setting with its default and description, as a Markdown table."""
    lines = ["| variable | default | what it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `UPSKILL_{name.upper()}` | {_shown(field.default)} | {field.description} |")
    return "\n".join(lines) + "\n"


def _shown(default: object) -> str:
    if default is None or default == ():
        return ""
    return f"`{int(default)}`" if isinstance(default, bool) else f"`{default}`"


def with_settings(readme: str) -> str:
    """The README with today's table of settings."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{settings_table()}{END}{after}"


if __name__ == "__main__":
    README.write_text(with_settings(README.read_text("utf-8")), "utf-8")
