"""HTTP to platforms: bounded in time and size, whatever comes back."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from cli.run.ports import free_port
from libs.channels.wire import Answer, HttpRequest, NoAnswer
from libs.fetch.fetcher import Fetcher
from services.delivery.service.platforms import Platforms

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

CALL = HttpRequest("POST", "line_api", "/push", "push", {"Authorization": "Bearer secret"}, b"{}")


@asynccontextmanager
async def server(answer: bytes | Handler) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Something that answers every call with these bytes, or as it likes: its address, and the heads of the calls."""
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

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}", calls
    finally:
        listening.close()


@asynccontextmanager
async def platform(answer: bytes | Handler, patience: float = 5.0) -> AsyncIterator[tuple[Platforms, list[bytes]]]:
    """A platform, and the heads of the calls it got."""
    async with server(answer) as (address, calls):
        platforms = Platforms({"line_api": f"http://{address}/"}, patience, 10, Fetcher([address]))
        try:
            yield platforms, calls
        finally:
            await platforms.close()


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


async def test_addresses_go_out_character_by_character() -> None:
    odd = HttpRequest("GET", "line_api", "/a%2Fb?fields=a,b{c}&after=%7E", "x", {})
    async with platform(http("200 OK")) as (platforms, calls):
        await platforms.call(odd)
    assert calls[0].startswith(b"GET /a%2Fb?fields=a,b{c}&after=%7E HTTP/1.1\r\n")


async def test_a_stranger_is_called_where_it_is_allowed_and_redirects_are_not_followed() -> None:
    async with server(http("302 Found", b"gone", "Location: https://elsewhere.test/")) as (address, calls):
        platforms = Platforms({}, 5, 1, Fetcher([address]))
        answer = await platforms.call(foreign(f"http://{address}/hook?x=1"))
        await platforms.close()
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (302, b"gone")
    assert calls[0].startswith(b"POST /hook?x=1 HTTP/1.1\r\n")
    assert b"content-length: 5" in calls[0].lower()


@pytest.mark.promise(8)
async def test_a_stranger_on_our_own_networks_is_never_called() -> None:
    platforms = Platforms({}, 5, 1)
    async with server(http("200 OK")) as (address, calls):
        for url in (f"http://{address}/", f"https://{address}/", "https://169.254.169.254/", "https://[::1]/", "x"):
            assert await platforms.call(foreign(url)) is NoAnswer.FORBIDDEN
            assert await platforms.objection(url)
    await platforms.close()
    assert calls == []


@pytest.mark.promise(4)
async def test_a_strangers_lost_answer_is_told_from_a_call_that_never_left() -> None:
    async def hang_up(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        return

    nobody = f"127.0.0.1:{free_port()}"
    async with server(hang_up) as (address, _calls):
        platforms = Platforms({}, 5, 1, Fetcher([address, nobody]))
        assert await platforms.call(foreign(f"http://{address}/")) is NoAnswer.LOST
        assert await platforms.call(foreign(f"http://{nobody}/")) is NoAnswer.NEVER_SENT
        await platforms.close()


async def test_a_name_that_can_be_none_is_told_from_one_that_nobody_knows_now() -> None:
    platforms = Platforms({}, 5, 1)
    assert await platforms.call(foreign("https://shop.invalid/")) is NoAnswer.NEVER_SENT
    assert await platforms.objection("https://shop.invalid/") == ""
    assert await platforms.call(foreign("https://two..dots.test/")) is NoAnswer.FORBIDDEN
    assert await platforms.objection("https://two..dots.test/")
    await platforms.close()


def foreign(url: str) -> HttpRequest:
    """A call to an address that somebody gave."""
    return HttpRequest("POST", "foreign", url, "webhook", {}, b"hello")
