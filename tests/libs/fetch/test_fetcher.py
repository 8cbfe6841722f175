"""The fetcher, against a server that tries everything."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.fetch.fetcher import Fetcher, FetchError
from tests.support.wait import eventually

HEAD = "HTTP/1.1 {}\r\nConnection: close\r\n"


class Trickster:
    """Answers each path with the bytes a test put there; remembers requests."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[bytes] = []
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    def says(self, path: str, status: str, body: bytes = b"", **headers: str) -> str:
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.answers[path] = (HEAD.format(status) + lines + "\r\n").encode() + body
        return self.url + path

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(request)
        path = request.split(b" ")[1].decode()
        if path == "/silent":
            await reader.read()
        writer.write(self.answers.get(path, b""))
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Trickster]:
    made = Trickster()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def other() -> AsyncIterator[Trickster]:
    made = Trickster()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def fetcher(server: Trickster) -> AsyncIterator[Fetcher]:
    made = Fetcher([server.host], seconds=20)
    yield made
    await made.close()


async def refused(fetcher: Fetcher, url: str, place: Path, most_bytes: int = 100) -> str:
    with pytest.raises(FetchError) as error:
        await fetcher.fetch(url, place, most_bytes)
    return error.value.code


async def test_a_file_is_written(server: Trickster, fetcher: Fetcher, tmp_path: Path) -> None:
    url = server.says("/a", "200 OK", b"content")
    found = await fetcher.fetch(url, tmp_path / "a", 100, {"Authorization": "Bearer token"})
    assert (found.status, found.size_bytes) == (200, 7)
    assert (tmp_path / "a").read_bytes() == b"content"
    assert b"Authorization: Bearer token" in server.asked[0]


async def test_redirects_are_followed_and_take_no_token_elsewhere(
    server: Trickster, other: Trickster, tmp_path: Path
) -> None:
    fetcher = Fetcher([server.host, other.host])
    end = other.says("/end", "200 OK", b"x")
    start = server.says("/start", "302 Found", Location=end)
    found = await fetcher.fetch(start, tmp_path / "a", 100, {"Authorization": "Bearer token"})
    assert found.url == end
    assert b"Authorization" not in other.asked[0]
    await fetcher.close()


async def test_not_more_than_three_redirects(server: Trickster, fetcher: Fetcher, tmp_path: Path) -> None:
    url = server.says("/again", "302 Found", Location="/again")
    assert await refused(fetcher, url, tmp_path / "a") == "refused"
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://2130706433/",
        "https://0x7f.1/", "https://169.254.169.254/latest/meta-data", "http://example.com/", "https://example.com:8443/",
        "https://user@example.com/", "ftp://example.com/", "file:///etc/passwd", "https://", "https://exa mple/",
    ],
    ids=repr,
)  # fmt: skip
async def test_no_way_into_our_networks(server: Trickster, fetcher: Fetcher, tmp_path: Path, target: str) -> None:
    assert await refused(fetcher, target, tmp_path / "a") == "forbidden"
    start = server.says("/start", "302 Found", Location=target)
    assert await refused(fetcher, start, tmp_path / "a") == "forbidden"
    assert not (tmp_path / "a").exists()


async def test_the_connection_goes_to_the_address_that_was_looked_at(
    fetcher: Fetcher, server: Trickster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver that answers otherwise the second time is asked once."""
    answers = [["93.184.216.34", "10.0.0.5"], ["127.0.0.1"]]
    asked: list[str] = []

    def resolve(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(0, 0, 0, "", (address, port)) for address in answers[len(asked) - 1]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert await refused(fetcher, "https://rebinding.example/", tmp_path / "a") == "forbidden"
    assert asked == ["rebinding.example"]


async def test_size_is_bounded_told_or_not(server: Trickster, fetcher: Fetcher, tmp_path: Path) -> None:
    told = server.says("/told", "200 OK", b"x" * 101, Content_Length="101")
    untold = server.says("/untold", "200 OK", b"x" * 101)
    assert await refused(fetcher, told, tmp_path / "a") == "too_large"
    assert await refused(fetcher, untold, tmp_path / "a") == "too_large"


async def test_nothing_is_unpacked(server: Trickster, fetcher: Fetcher, tmp_path: Path) -> None:
    url = server.says("/bomb", "200 OK", b"\x1f\x8b", Content_Encoding="gzip")
    assert await refused(fetcher, url, tmp_path / "a") == "refused"
    assert b"Accept-Encoding: identity" in server.asked[0]


async def test_time_is_bounded(server: Trickster, tmp_path: Path) -> None:
    fetcher = Fetcher([server.host], seconds=0.2)
    assert await refused(fetcher, f"{server.url}/silent", tmp_path / "a") == "unreachable"
    await fetcher.close()


async def test_other_answers_are_told_and_write_nothing(server: Trickster, fetcher: Fetcher, tmp_path: Path) -> None:
    found = await fetcher.fetch(server.says("/gone", "410 Gone", b"page"), tmp_path / "a", 100)
    assert (found.status, found.size_bytes) == (410, 0)
    assert not (tmp_path / "a").exists()
    assert await refused(fetcher, server.says("/odd", "nonsense"), tmp_path / "a") == "unreachable"


@pytest.mark.promise(7)
async def test_however_many_wait_for_a_slow_server_nobody_else_does(server: Trickster, fetcher: Fetcher) -> None:
    slow = [asyncio.create_task(fetcher.exchange("POST", f"{server.url}/silent", {}, b"", 100)) for _ in range(50)]

    async def all_asked() -> bool:
        return len(server.asked) == len(slow)

    await eventually(all_asked, what="every call")
    url = server.says("/a", "200 OK", b"content")
    async with asyncio.timeout(15):
        assert (await fetcher.exchange("POST", url, {}, b"", 100)).status == 200
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def test_a_name_that_nobody_tells_about_takes_none_of_the_process_own_threads(
    fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, names = threading.Event(), set[str]()

    def resolve(*_args: object, **_more: object) -> list[tuple[object, ...]]:
        names.add(threading.current_thread().name)
        told.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("libs.fetch.fetcher._CONNECT_SECONDS", 0.2)
    assert await refused(fetcher, "https://silent.example/", tmp_path / "a") == "unreachable"
    told.set()
    assert all(name.startswith("fetch-lookup") for name in names)
