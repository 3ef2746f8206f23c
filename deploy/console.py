"""What the command line says to the person in front of it: a few plain lines, and progress while they wait."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import rich.console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from shared.settings import Settings

Advance = Callable[[str, int, int], None]


class Console:
    """Speaks on standard output; progress bars on a terminal, single lines elsewhere."""

    def __init__(self, out: rich.console.Console | None = None) -> None:
        self.out = out or rich.console.Console(highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        self.out.print(text, markup=False)

    @contextmanager
    def migrating(self) -> Iterator[Callable[[str, str], None]]:
        """Hears of each migration step."""

        def tell(part: str, step: str) -> None:
            self.note(f"  {part}: {step}")

        yield tell

    @contextmanager
    def counting(self) -> Iterator[Advance]:
        """Hears `advance(what, done, of)` and shows a bar for each `what`."""
        if not self.out.is_terminal:
            yield self._say_when_full
            return
        columns = (TextColumn("  {task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.out) as bars:
            tasks: dict[str, TaskID] = {}

            def advance(what: str, done: int, of: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what, total=of)
                bars.update(tasks[what], completed=done, total=of)

            yield advance

    def _say_when_full(self, what: str, done: int, of: int) -> None:
        if done == of:
            self.note(f"  {what}: {of}")

    def serving(self, settings: Settings, *, first_key: str | None) -> None:
        """Where everything is, and the first key, which is shown this once."""
        base = f"http://{reachable(settings.host)}:{settings.port}"
        self.note("")
        self.note(f"Upskill is at {base}")
        self.note(f"Documentation    {base}/docs")
        if first_key is not None:
            self.note(f"First API key    {first_key}")
            self.note("                 (an administrator's; it is shown this once, so keep it)")
        self.note("")


def reachable(host: str) -> str:
    """An address under which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound
