"""A bounded load on loopback, and what it costs the process that answers."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.error import URLError
from urllib.request import urlopen

import httptools
import psutil
import uvloop

CONNECTIONS = 32
START_SECONDS = 60


@dataclass(frozen=True)
class Cost:
    """Processor time of the answering process per request (user and system, in microseconds)."""

    name: str
    microseconds: float
    per_second: float

    def __str__(self) -> str:
        return f"{self.name:<44}{self.microseconds:>9.1f} µs CPU{self.per_second:>10.0f} /s"


class Caller(asyncio.Protocol):
    """One connection that sends the same request again as soon as it is answered, while the counter lasts."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self.done = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 400:
            self.done.set_exception(RuntimeError(f"answered {status}"))
            self._transport.close()
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
        else:
            self._transport.write(request)


async def _call(port: int, requests: Iterator[bytes]) -> None:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Caller(requests), "127.0.0.1", port) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(caller.done for _, caller in made))


def measure(name: str, process: psutil.Process, port: int, requests: list[bytes]) -> Cost:
    """Send the requests, a tenth of them first to warm up, and see what they cost `process`."""
    warm = len(requests) // 10
    uvloop.run(_call(port, iter(requests[:warm])))
    before, began = process.cpu_times(), time.perf_counter()
    uvloop.run(_call(port, iter(requests[warm:])))
    seconds, after = time.perf_counter() - began, process.cpu_times()
    count = len(requests) - warm
    used = after.user + after.system - before.user - before.system
    return Cost(name, used / count * 1e6, count / seconds)


def request(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """A request as bytes."""
    named = {"Host": "bench", **(headers or {})}
    if body:
        named |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(subject: str, folder: Path, *arguments: str) -> Iterator[tuple[psutil.Process, int]]:
    """A subject of `tests.benchmarks.subjects` in a process of its own, and its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.subjects", subject, str(port), str(folder), *arguments]
    with running(command, port) as process:
        yield process, port


@contextmanager
def running(command: list[str], port: int) -> Iterator[psutil.Process]:
    """A server that this block starts, waits for, and stops."""
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    try:
        _wait_for(port, started)
        yield psutil.Process(started.pid)
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
        except (URLError, ConnectionError, TimeoutError) as error:
            if getattr(error, "code", None) is not None:
                return  # it answers, whatever it answers
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")
