"""The data folder, and the lock that keeps a second suite away from it.

SQLite files have one writer each; two suites on one folder would break that. The lock is held by an open
file, so it ends with the process that holds it, and with the children that were given it, however they end.
"""

import fcntl
import os
import time
from pathlib import Path

from shared.settings import ConfigurationError

# A suite that was killed leaves children that stop by themselves within this time.
PATIENCE_SECONDS = 5.0


class DataDirectory:
    """The folder of databases and keys."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._demo = path / "demo-organisation"

    def lock(self) -> int:
        """Take the folder for this process; returns the descriptor that holds the lock.

        Raises ConfigurationError, naming the process that has it.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigurationError(f"UPSKILL_DATA_DIR: {self.path} cannot be used ({error.strerror})") from error
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _try_lock(descriptor):
            holder = os.pread(descriptor, 20, 0).decode().strip()
            if _is_alive(holder) or time.monotonic() > deadline:
                os.close(descriptor)
                raise ConfigurationError(
                    f"UPSKILL_DATA_DIR: {self.path} is in use by process {holder or 'unknown'}; stop it first"
                )
            time.sleep(0.05)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return descriptor

    def demo_is_under_way(self) -> bool:
        """Whether the demo organisation was begun here and not finished."""
        return self._demo.exists() and self._demo.read_text() == "begun"

    def demo_begins(self) -> None:
        self._demo.write_text("begun")

    def demo_is_done(self) -> None:
        self._demo.write_text("done")


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
