"""The processes shape: the gateway and three services as child processes of one supervisor.

The supervisor owns the listening sockets and lends them to its children, so that a caller waits while a
dead child is started again instead of being refused. It also lends them the lock on the data folder and a
pipe: when the supervisor is killed, its children end at once and the lock with them.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field

from deploy.console import Console
from deploy.data_directory import DataDirectory
from deploy.databases import PACKAGES, prepare_databases
from deploy.demo.start import load_demo_if_wanted
from shared.identity.keys import load_keyring
from shared.serving import DRAIN_SECONDS, listen, port_of
from shared.settings import SERVICES, ConfigurationError, Settings

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
# A child that has lived this long has recovered: its next death is a first one again.
RECOVERED_SECONDS = 60.0
START_SECONDS = 60.0
STOP_SECONDS = DRAIN_SECONDS + 10.0


def run_processes(settings: Settings, console: Console) -> None:
    """Migrate, start everybody, keep them running; returns when told to stop. Raises ConfigurationError."""
    directory = DataDirectory(settings.data_dir)
    lock = directory.lock()
    listeners = {name: listen("127.0.0.1", 0) for name in SERVICES} | {"gateway": listen(settings.host, settings.port)}
    settings = settings.model_copy(update={"port": port_of(listeners["gateway"])})
    load_keyring(settings.keys_path)
    with console.migrating() as progress:
        prepare_databases(settings, progress)
    asyncio.run(Supervisor(settings, directory, console, listeners, lock).run())


@dataclass
class Child:
    """One part and the process that runs it now."""

    part: str
    listener: socket.socket
    process: asyncio.subprocess.Process | None = None
    first_key: str | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    """Starts the children, starts a dead one again, stops them all."""

    def __init__(
        self,
        settings: Settings,
        directory: DataDirectory,
        console: Console,
        listeners: dict[str, socket.socket],
        lock: int,
    ) -> None:
        self.settings = settings
        self.directory = directory
        self.console = console
        self.lock = lock
        self.children = {part: Child(part, listener) for part, listener in listeners.items()}
        self.environment = os.environ | {
            f"UPSKILL_{name.upper()}_URL": f"http://127.0.0.1:{port_of(listeners[name])}" for name in SERVICES
        }
        self.environment |= {"UPSKILL_PORT": str(settings.port), "UPSKILL_DATA_DIR": str(settings.data_dir.resolve())}
        self.alive_for_children, self.alive = os.pipe()
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Keep everybody running until a signal says stop. Raises ConfigurationError when a part cannot start."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        keepers = [asyncio.create_task(self._keep(child)) for child in self.children.values()]
        demo: asyncio.Task[None] | None = None
        try:
            if await self._all_ready(keepers):
                self.console.serving(self.settings, first_key=self.children["gateway"].first_key)
                demo = asyncio.create_task(self._load_demo())
                await self.stopping.wait()
        finally:
            await self._stop(keepers, demo)

    async def _all_ready(self, keepers: list[asyncio.Task[None]]) -> bool:
        """Wait for everybody's first start; False when told to stop before."""
        ready = asyncio.create_task(self._everybody_ready())
        stopping = asyncio.create_task(self.stopping.wait())
        await asyncio.wait({ready, stopping, *keepers}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        started, told_to_stop = ready.done(), stopping.done()
        ready.cancel()
        stopping.cancel()
        for keeper in keepers:
            if keeper.done():
                keeper.result()
        if not started and not told_to_stop:
            raise ConfigurationError(f"The suite did not start within {START_SECONDS:.0f} s; the log says why")
        return started

    async def _everybody_ready(self) -> None:
        for child in self.children.values():
            await child.ready.wait()

    async def _keep(self, child: Child) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self.stopping.is_set():
            started = time.monotonic()
            code = await self._run_once(child)
            if self.stopping.is_set():
                return
            if not child.ready.is_set():
                raise ConfigurationError(f"{child.part} ended with {code} before it served; the log says why")
            if time.monotonic() - started > RECOVERED_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self.console.note(f"{child.part} ended with {code}; starting it again in {pause:.1f} s")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _run_once(self, child: Child) -> int:
        ready, ready_for_child = os.pipe()
        descriptors = {"listen": child.listener.fileno(), "alive": self.alive_for_children, "ready": ready_for_child}
        arguments = [part for name, number in descriptors.items() for part in (f"--{name}", str(number))]
        child.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            PACKAGES[child.part],
            *arguments,
            env=self.environment,
            pass_fds=(*descriptors.values(), self.lock),
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops everybody in order
        )
        os.close(ready_for_child)
        answer = await asyncio.to_thread(_read_all, ready)
        if answer:
            child.first_key = json.loads(answer)["first_key"]
            child.ready.set()
        return await child.process.wait()

    async def _load_demo(self) -> None:
        key = self.settings.admin_key or self.children["gateway"].first_key
        await load_demo_if_wanted(self.settings, self.directory, self.console, key)

    async def _stop(self, keepers: list[asyncio.Task[None]], demo: asyncio.Task[None] | None) -> None:
        """The gateway first, so that requests under way still find the services behind it."""
        self.stopping.set()
        if demo is not None:
            demo.cancel()
        await self._end([self.children["gateway"]])
        await self._end([self.children[name] for name in SERVICES])
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, *([demo] if demo else []), return_exceptions=True)

    async def _end(self, children: list[Child]) -> None:
        processes = [c.process for c in children if c.process is not None and c.process.returncode is None]
        for process in processes:
            process.terminate()
        if processes:
            waits = [asyncio.create_task(process.wait()) for process in processes]
            _, late = await asyncio.wait(waits, timeout=STOP_SECONDS)
            for process in processes:
                if process.returncode is None:
                    process.kill()
            await asyncio.gather(*late)


def _read_all(descriptor: int) -> bytes:
    """What a child says until it closes its end; nothing when it ended before it was ready."""
    with os.fdopen(descriptor, "rb") as pipe:
        return pipe.read()
