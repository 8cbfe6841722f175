"""Connections that never say what they want."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from libs.app import patience
from libs.app.http import HttpPart


async def _answer(_scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.2)
    part = HttpPart(_answer, "127.0.0.1:0", shutdown_seconds=1)
    await part.start()
    yield part.port
    await part.stop()


async def _said(port: int, *pieces: bytes) -> bytes:
    """What the server says until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


_WHOLE = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"


@pytest.mark.parametrize("beginning", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_head_that_does_not_end_in_time_ends_the_connection(port: int, beginning: bytes) -> None:
    assert await _said(port, beginning) == b""


async def test_a_second_request_gets_no_more_patience(port: int) -> None:
    assert (await _said(port, _WHOLE, b"GET /again")).startswith(b"HTTP/1.1 204")


@pytest.mark.parametrize("beginning", [b"GET /", b"GET / HTTP/1.1\r\nX: ", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 9])
async def test_a_head_without_end_is_not_kept(port: int, beginning: bytes) -> None:
    said = await _said(port, beginning, *(b"a" * 32_000 for _ in range(100)))
    assert said == b"" or said.startswith(b"HTTP/1.1 400")


async def test_a_request_that_takes_its_time_with_the_body_is_served(port: int) -> None:
    body = b"b" * 300_000
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n"
    assert (await _said(port, head, body)).startswith(b"HTTP/1.1 204")
