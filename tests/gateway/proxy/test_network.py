"""Forwarding to a service in another process: a server on loopback that behaves as the test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from gateway.proxy.network import NetworkUpstream
from gateway.proxy.pool import CONNECTIONS

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: inside\r\nX-One: 1\r\nX-One: 2\r\n\r\nok"


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[str]:
    """A TCP server; `behave` is called once per connection."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await behave(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def forwarding_to(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A caller whose requests are forwarded to `base_url`."""
    upstream = NetworkUpstream("skills", base_url)
    try:
        transport = httpx.ASGITransport(upstream)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield client
    finally:
        upstream.close()


async def read_head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


async def always_ok(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await read_head(reader)
        writer.write(OK)


async def test_an_answer_comes_back_as_it_was() -> None:
    async with serving(always_ok) as url, forwarding_to(url) as client:
        answer = await client.get("/v1/skills")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers.get_list("x-one") == ["1", "2"]


async def test_the_path_arrives_byte_for_byte() -> None:
    seen: list[bytes] = []

    async def remember(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await read_head(reader)).split(b"\r\n")[0])
        writer.write(OK)

    async with serving(remember) as url, forwarding_to(url) as client:
        await client.get("/v1/people/hris:E%2F2%20%C3%A9/gaps?q=a%20b+c&x=%2e%2e")
    assert seen == [b"GET /v1/people/hris:E%2F2%20%C3%A9/gaps?q=a%20b+c&x=%2e%2e HTTP/1.1"]


async def test_bodies_stream_to_the_service_before_they_are_complete() -> None:
    arrived = asyncio.Event()

    async def read_first_chunk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert b"transfer-encoding: chunked" in (await read_head(reader)).lower()
        await reader.readexactly(len(b"5\r\nfirst\r\n"))
        arrived.set()
        await reader.readuntil(b"0\r\n\r\n")
        writer.write(OK)

    async def body() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.wait_for(arrived.wait(), 5)
        yield b"second"

    async with serving(read_first_chunk) as url, forwarding_to(url) as client:
        assert (await client.post("/v1/imports", content=body())).status_code == 200


async def test_answers_stream_to_the_caller_before_they_are_complete() -> None:
    go_on = asyncio.Event()

    async def answer_in_two_parts(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfirst")
        await go_on.wait()
        writer.write(b"second")

    chunks: list[bytes] = []

    async def send(message: dict[str, object]) -> None:
        if body := message.get("body"):
            assert isinstance(body, bytes)
            chunks.append(body)
            go_on.set()

    async with serving(answer_in_two_parts) as url:
        upstream = NetworkUpstream("skills", url)
        await asyncio.wait_for(upstream(scope_of("GET"), no_body, send), 5)  # type: ignore[arg-type]
        upstream.close()
    assert chunks == [b"first", b"second"]


async def test_a_service_that_is_not_there_is_503_with_retry_after() -> None:
    async with serving(always_ok) as url:
        pass
    async with forwarding_to(url) as client:
        for method in ("GET", "POST"):
            answer = await client.request(method, "/v1/skills")
            assert answer.status_code == 503
            assert answer.headers["retry-after"].isdigit()
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_service_that_hangs_up_before_it_answers_is_asked_again_when_that_is_safe() -> None:
    calls = 0

    async def hang_up_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await read_head(reader)
        if calls > 1:
            writer.write(OK)

    async with serving(hang_up_once) as url, forwarding_to(url) as client:
        assert (await client.put("/v1/skills", content=b"{}")).status_code == 200
    assert calls == 2


async def test_a_post_is_never_sent_twice_once_it_has_been_sent() -> None:
    calls = 0

    async def hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await read_head(reader)

    async with serving(hang_up) as url, forwarding_to(url) as client:
        answer = await client.post("/v1/skills", content=b"{}")
    assert calls == 1
    assert answer.status_code == 502
    assert "Idempotency-Key" in answer.json()["detail"]


async def test_an_answer_that_breaks_off_is_not_completed_by_the_gateway() -> None:
    async def die_in_the_middle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part")

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async with serving(die_in_the_middle) as url:
        upstream = NetworkUpstream("skills", url)
        await asyncio.wait_for(upstream(scope_of("GET"), no_body, send), 5)  # type: ignore[arg-type]
        upstream.close()
    assert sent[-1]["more_body"] is True


async def test_a_caller_who_leaves_in_the_middle_of_a_body_ends_the_request() -> None:
    gone = asyncio.Event()

    async def wait_for_the_end(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()
        gone.set()

    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": b"x" * 10, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async with serving(wait_for_the_end) as url:
        upstream = NetworkUpstream("skills", url)
        scope = scope_of("POST", [(b"transfer-encoding", b"chunked")])
        await asyncio.wait_for(upstream(scope, receive, send), 5)  # type: ignore[arg-type]
        await asyncio.wait_for(gone.wait(), 5)
        upstream.close()
    assert sent == []


async def test_requests_that_are_cancelled_under_contention_cost_no_connection() -> None:
    """Four times as many requests as connections, cancelled at every stage: later ones must all be served."""

    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_head(reader)
            await asyncio.sleep(0.01)
            writer.write(OK)

    async with serving(slowly) as url, forwarding_to(url) as client:
        for wave in range(10):
            tasks = [asyncio.create_task(client.get("/v1/skills")) for _ in range(4 * CONNECTIONS)]
            await asyncio.sleep(0.005 * wave)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        answers = await asyncio.wait_for(
            asyncio.gather(*(client.get("/v1/skills") for _ in range(2 * CONNECTIONS))), 30
        )
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize("status", [204, 304])
async def test_answers_without_a_body(status: int) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_head(reader)
            writer.write(b'HTTP/1.1 %d -\r\nETag: "1"\r\n\r\n' % status)

    async with serving(behave) as url, forwarding_to(url) as client:
        for _ in range(2):
            answer = await client.get("/v1/skills")
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (status, b"", '"1"')


async def test_compressed_answers_pass_untouched() -> None:
    packed = bytes.fromhex("1f8b08000000000000034bcfcf2f4a4901005ee8c0f606000000")

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        writer.write(head + packed)

    received: list[bytes] = []

    async def send(message: dict[str, object]) -> None:
        body = message.get("body", b"")
        assert isinstance(body, bytes)
        received.append(body)

    async with serving(behave) as url:
        upstream = NetworkUpstream("skills", url)
        await upstream(scope_of("GET"), no_body, send)  # type: ignore[arg-type]
        upstream.close()
    assert b"".join(received) == packed


def scope_of(method: str, headers: list[tuple[bytes, bytes]] | None = None) -> dict[str, object]:
    return {
        "type": "http",
        "method": method,
        "path": "/v1/skills",
        "raw_path": b"/v1/skills",
        "query_string": b"",
        "headers": headers or [],
    }


async def no_body() -> dict[str, object]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def test_many_answers_over_one_connection() -> None:
    connections = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await always_ok(reader, writer)

    async with serving(count) as url, forwarding_to(url) as client:
        for _ in range(20):
            assert (await client.get("/v1/skills")).text == "ok"
    assert connections == 1


async def test_a_connection_that_the_service_closed_meanwhile_is_not_used() -> None:
    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(OK)

    async with serving(answer_once) as url, forwarding_to(url) as client:
        for _ in range(3):
            assert (await client.post("/v1/skills", content=b"{}")).status_code == 200
            await asyncio.sleep(0.01)


async def test_bytes_that_nobody_asked_for_reach_no_other_caller() -> None:
    async def say_more(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_head(reader)
            writer.write(OK + OK.replace(b"ok", b"no"))

    async with serving(say_more) as url, forwarding_to(url) as client:
        for _ in range(3):
            assert (await client.get("/v1/skills")).text == "ok"


async def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    async def speak_old_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nall of it")

    async with serving(speak_old_http) as url, forwarding_to(url) as client:
        assert (await client.get("/v1/skills")).text == "all of it"


async def test_what_is_no_http_is_503() -> None:
    async def speak_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"220 mail.example ESMTP\r\n")

    async with serving(speak_nonsense) as url, forwarding_to(url) as client:
        assert (await client.get("/v1/skills")).status_code == 503


async def test_a_service_may_answer_before_it_has_read_the_whole_body() -> None:
    async def refuse_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 415 -\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async def body() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 65536
            await asyncio.sleep(0)

    async with serving(refuse_at_once) as url, forwarding_to(url) as client:
        assert (await asyncio.wait_for(client.post("/v1/imports", content=body()), 5)).status_code == 415


async def test_a_service_that_is_silent_for_too_long_is_504(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.proxy.connection.PATIENCE_SECONDS", 0.05)

    async def think(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(think) as url, forwarding_to(url) as client:
        assert (await client.get("/v1/skills")).status_code == 504


async def test_a_slow_caller_makes_the_service_wait() -> None:
    """What the service sends faster than the caller reads stays with the service, not in the gateway's memory."""
    whole = 64 * 1024 * 1024
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % whole)
        while sent < whole:
            writer.write(b"x" * 65536)
            sent += 65536
            await writer.drain()

    received = 0
    ahead: list[int] = []

    async def send(message: dict[str, object]) -> None:
        nonlocal received
        body = message.get("body", b"")
        assert isinstance(body, bytes)
        if received == 0:
            await asyncio.sleep(0.2)
        received += len(body)
        ahead.append(sent - received)

    async with serving(pour) as url:
        upstream = NetworkUpstream("skills", url)
        await asyncio.wait_for(upstream(scope_of("GET"), no_body, send), 20)  # type: ignore[arg-type]
        upstream.close()
    assert received == whole
    assert max(ahead) < whole / 4


async def test_a_header_that_would_end_the_head_early_is_never_sent() -> None:
    async with serving(always_ok) as url:
        upstream = NetworkUpstream("skills", url)
        for name, value in ((b"x", b"1\r\nx-upskill: 1"), (b"x\n", b"1")):
            with pytest.raises(ValueError, match="early"):
                await upstream(scope_of("GET", [(name, value)]), no_body, None)  # type: ignore[arg-type]
        upstream.close()
