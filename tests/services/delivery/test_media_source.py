"""Who gets an account's token while a file is fetched: the platform's own hosts, and nobody an address points to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from libs.channels.wire import HttpRequest
from libs.fetch.fetcher import Fetcher
from libs.storage.keys import new_key
from libs.storage.store import MediaStore
from services.delivery.service.media_source import MediaSource

TOKEN = {"Authorization": "Bearer secret"}


class Host:
    """Answers every request with some bytes and remembers what it was told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nbytes")
        writer.close()


@asynccontextmanager
async def host() -> AsyncIterator[Host]:
    """A host on loopback while the block runs."""
    made = Host()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


@pytest.mark.promise(8)
async def test_token_goes_to_the_hosts_of_settings_alone(tmp_path: Path) -> None:
    async with host() as platform, host() as stranger:
        fetcher = Fetcher([platform.url.removeprefix("http://"), stranger.url.removeprefix("http://")])
        source = MediaSource({"graph": f"{platform.url}/graph/v23.0"}, fetcher, 100, 2)
        try:
            for one in (platform, stranger):
                request = HttpRequest("GET", "foreign", f"{one.url}/files/1", "content", {}, own_headers=TOKEN)
                assert (await source.download(request, tmp_path / "file")).code == ""
                assert (tmp_path / "file").read_bytes() == b"bytes"
        finally:
            await source.close()
        assert "Bearer secret" in platform.asked[0]
        assert "Bearer secret" not in stranger.asked[0]


@pytest.mark.parametrize("url", ["https://[odd", "http://127.0.0.1:1@evil.example/x", "graph.facebook.com"])
async def test_odd_address_is_refused_without_a_word(url: str, tmp_path: Path) -> None:
    source = MediaSource({"graph": "http://127.0.0.1:1"}, Fetcher(), 100, 2)
    try:
        request = HttpRequest("GET", "foreign", url, "content", {}, own_headers=TOKEN)
        assert (await source.download(request, tmp_path / "file")).code == "not_allowed"
    finally:
        await source.close()


async def test_what_visitors_uploaded_comes_from_the_desks_own_store(tmp_path: Path) -> None:
    store = MediaStore(f"file://{tmp_path}/store", tmp_path)
    key = new_key(uuid4(), datetime.now(UTC), uuid4(), "upload.png")
    await store.put(key, b"bytes")
    source = MediaSource({}, Fetcher(), 100, 2, store)
    try:
        found = await source.download(HttpRequest("GET", "storage", key, "upload", {}), tmp_path / "file")
        assert (found.code, (tmp_path / "file").read_bytes()) == ("", b"bytes")
        for path in (key.replace("upload.png", "gone.png"), "../../etc/passwd", f"{key}/../x"):
            found = await source.download(HttpRequest("GET", "storage", path, "upload", {}), tmp_path / "other")
            assert found.code == "expired"
    finally:
        await source.close()
