"""Starts the whole suite as its users do, as real processes on loopback ports, and stops or kills it."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

Shape = Literal["embedded", "processes"]
ADMIN_KEY = "upk_admin_0123456789abcdef0123456789abcdef"
START_SECONDS = 90.0
STOP_SECONDS = 40.0
_ADDRESS = re.compile(r"Upskill is at (http://127\.0\.0\.1:(\d+))")
UPSKILL = Path(sys.executable).with_name("upskill")


class DidNotStartError(Exception):
    """The suite ended, or said nothing, before it was serving."""


@dataclass
class Suite:
    """A suite with a data folder of its own. It may be started, killed and started again."""

    shape: Shape
    data_dir: Path
    environment: dict[str, str] = field(default_factory=dict)
    base_url: str = ""
    port: str = "0"
    said: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it serves; the same port again after the first time. Raises DidNotStartError."""
        self.said.clear()
        self.process = self.launch()
        address = threading.Event()
        threading.Thread(target=self._listen, args=(self.process, address), daemon=True).start()
        if not address.wait(START_SECONDS) or not self.base_url:
            raise DidNotStartError("\n".join(self.said) + self.log.read_text(errors="replace")[-4000:])

    def launch(self) -> subprocess.Popen[str]:
        """The process, without waiting for anything."""
        command = [str(UPSKILL), "up"] + (["--processes"] if self.shape == "processes" else [])
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As when the machine takes it away: no warning, no clean-up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """As an operator does; returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(STOP_SECONDS)

    def client(self, key: str = ADMIN_KEY) -> httpx.Client:
        """A client of the gateway with this key."""
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=30.0, trust_env=False)

    @property
    def log(self) -> Path:
        return self.data_dir.with_suffix(".log")

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("UPSKILL_")}
        mine = {
            "UPSKILL_DATA_DIR": str(self.data_dir),
            "UPSKILL_PORT": self.port,
            "UPSKILL_DEMO": "0",
            "UPSKILL_ADMIN_KEY": ADMIN_KEY,
            "UPSKILL_LOG_LEVEL": "warning",
            "PYTHONUNBUFFERED": "1",
        }
        return clean | mine | self.environment

    def _listen(self, process: subprocess.Popen[str], address: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line.rstrip())
            if (found := _ADDRESS.search(line)) is not None:
                self.base_url, self.port = found.groups()
                address.set()
        process.stdout.close()
        address.set()


@contextmanager
def running_suite(suite: Suite) -> Iterator[Suite]:
    """The suite serves inside the block and is stopped at its end, whatever happened."""
    try:
        suite.start()
        yield suite
    finally:
        if suite.process is not None:
            suite.stop()
