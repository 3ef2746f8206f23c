"""Reads the README's `console` blocks: what is typed after `$`, and what it shows."""

import re
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
# What differs from one run to the next: ids, times, and the mark of a tour.
_CHANGING = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+Z)?"), "<time>"),
    (re.compile(r"\b[0-9a-f]{6}\b"), "<mark>"),
)


@dataclass(frozen=True)
class Command:
    """One command as it is typed, and the output below it."""

    typed: str
    shown: str


def read_commands(readme: str) -> list[Command]:
    """The commands of all blocks, in order."""
    return [command for block in _BLOCK.findall(readme) for command in _split(block)]


def _split(block: str) -> list[Command]:
    commands: list[Command] = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        length = 1
        while _goes_on("\n".join(lines[:length])):
            length += 1
        commands.append(Command("\n".join(lines[:length]), "\n".join(lines[length:]).strip()))
    return commands


def _goes_on(typed: str) -> bool:
    return typed.endswith("\\") or typed.count("'") % 2 == 1


def with_outputs(readme: str, outputs: list[str]) -> str:
    """The README with these outputs under its commands."""
    remaining = iter(outputs)

    def block(found: re.Match[str]) -> str:
        lines = []
        for command in _split(found.group(1)):
            output = next(remaining)
            lines.append(f"$ {command.typed}\n" + (f"{output}\n" if output else ""))
        return f"```console\n{''.join(lines)}```"

    return _BLOCK.sub(block, readme)


def lasting(output: str) -> str:
    """The output without what differs from one run to the next."""
    for pattern, name in _CHANGING:
        output = pattern.sub(name, output)
    return output
