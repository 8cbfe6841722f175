"""HTTP to platforms: bounded in time and size, whatever comes back."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from cli.run.ports import free_port
from libs.channels.wire import Answer, HttpRequest, NoAnswer
from services.delivery.service.platforms import Platforms

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

CALL = HttpRequest("POST", "line_api", "/push", "push", {"Authorization": "Bearer secret"}, b"{}")


@asynccontextmanager
async def platform(answer: bytes | Handler, patience: float = 5.0) -> AsyncIterator[tuple[Platforms, list[bytes]]]:
    """A platform that answers every call with these bytes, or as it likes; and the heads of the calls it got."""
    calls: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            calls.append(await reader.readuntil(b"\r\n\r\n"))
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    platforms = Platforms({"line_api": f"http://127.0.0.1:{port}/"}, patience, 10)
    try:
        yield platforms, calls
    finally:
        await platforms.close()
        server.close()


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    """An answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def test_an_answer_comes_as_it_was_given() -> None:
    async with platform(http("409 Conflict", b'{"a":1}', "X-Line-Accepted-Request-Id: 7")) as (platforms, calls):
        answer = await platforms.call(CALL)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.json_object(), answer.header("X-Line-Accepted-Request-Id")) == (409, {"a": 1}, "7")
    assert calls[0].startswith(b"POST /push HTTP/1.1\r\n")


@pytest.mark.promise(8)
async def test_redirects_are_not_followed() -> None:
    """Another address must not be given the account's token."""
    async with (
        platform(http("200 OK")) as (_elsewhere, stolen),
        platform(http("302 Found", b"", "Location: http://127.0.0.1:1/steal")) as (platforms, calls),
    ):
        answer = await platforms.call(CALL)
    assert isinstance(answer, Answer)
    assert answer.status == 302
    assert (len(calls), stolen) == (1, [])


async def test_a_giant_answer_is_cut() -> None:
    async with platform(http("200 OK", b"x" * 5_000_000)) as (platforms, _calls):
        answer = await platforms.call(CALL)
        assert isinstance(answer, Answer)
        assert len(answer.body) == 1024 * 1024
        assert isinstance(await platforms.call(CALL), Answer), "the next call works"


async def test_an_answer_that_would_unfold_to_any_size_stays_folded() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    async with platform(http("200 OK", bomb, "Content-Encoding: gzip")) as (platforms, calls):
        answer = await platforms.call(CALL)
    assert isinstance(answer, Answer)
    assert len(answer.body) == len(bomb)
    assert b"accept-encoding: identity" in calls[0].lower()


async def test_a_platform_that_trickles_is_given_up_in_time() -> None:
    """A byte now and then keeps each read alive, and would outlive the claim."""

    async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with platform(trickle, patience=0.5) as (platforms, _calls):
        # The whole answer would take fifty.
        async with asyncio.timeout(30):
            assert await platforms.call(CALL) is NoAnswer.LOST
            assert await platforms.call(CALL, seconds=0.1) is NoAnswer.LOST


@pytest.mark.promise(4)
async def test_what_surely_did_not_leave_is_told_from_what_may_have() -> None:
    async def hang_up(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        return

    async with platform(hang_up) as (platforms, _calls):
        assert await platforms.call(CALL) is NoAnswer.LOST
    nobody = Platforms({"line_api": f"http://127.0.0.1:{free_port()}"}, 2, 1)
    assert await nobody.call(CALL) is NoAnswer.NEVER_SENT
    await nobody.close()


async def test_a_mistake_of_ours_raises_nothing() -> None:
    platforms = Platforms({"line_api": "http://127.0.0.1:99999999"}, 2, 1)
    assert await platforms.call(CALL) is NoAnswer.LOST
    unknown = HttpRequest("GET", "nowhere", "/", "x", {})
    assert await platforms.call(unknown) is NoAnswer.LOST
    await platforms.close()


async def test_odd_bytes_are_no_answer() -> None:
    async with platform(b"SSH-2.0-OpenSSH_9.2\r\n") as (platforms, _calls):
        assert await platforms.call(CALL) is NoAnswer.LOST
