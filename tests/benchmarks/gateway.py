"""What the gateway adds to a request, next to nginx doing the same: processor time per request, in one run."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.benchmarks.load import Cost, free_port, measure, request, running, serving
from tests.benchmarks.subjects import KEY

REQUESTS = 20_000
GOAL = 8.0
"""Forwarding should cost at most this many times nginx's processor time."""

NGINX = """
worker_processes 1; daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 10000000;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  upstream service {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 10000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""


@contextmanager
def nginx(program: str, folder: Path, upstream: int) -> Iterator[tuple[psutil.Process, int]]:
    """nginx forwarding to `upstream` with connections kept, one worker, no log."""
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, upstream=upstream))
    with running([program, "-p", str(folder), "-c", str(config)], port) as process:
        yield process, port


def main() -> None:
    out = sys.stdout.write
    requests = [request("GET", "/v1/skills/1", {"Authorization": f"Bearer {KEY}"})] * REQUESTS
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with serving("bare", folder) as (service, service_port):
            bare = measure("the bare application itself", service, service_port, requests)
            limit = _measure_nginx(folder, service_port, requests)
            with serving("forwarding", folder, f"http://127.0.0.1:{service_port}") as (process, port):
                forwarding = measure("gateway, forwarding to another process", process, port, requests)
        with serving("embedding", folder) as (process, port):
            embedded = measure("gateway, application in the same process", process, port, requests)
    for cost in (bare, embedded, forwarding, limit):
        if cost is not None:
            out(f"{cost}\n")
    out(f"embedded: {embedded.microseconds / bare.microseconds:.2f} × the bare application\n")
    if limit is None:
        out("nginx is not on this machine: no ratio for forwarding (Debian: apt-get install nginx-light)\n")
        return
    ratio = forwarding.microseconds / limit.microseconds
    out(f"forwarding: {ratio:.2f} × nginx (goal: at most {GOAL:.0f})\n")


def _measure_nginx(folder: Path, upstream: int, requests: list[bytes]) -> Cost | None:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        return None
    with nginx(program, folder, upstream) as (process, port):
        return measure("nginx, forwarding", process, port, requests)
