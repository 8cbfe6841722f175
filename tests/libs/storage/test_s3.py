"""The store in S3, as moto speaks it."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import pytest
from moto.server import ThreadedMotoServer

from libs.storage.keys import new_key
from libs.storage.store import MediaStore

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """S3 with a bucket called files."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    with urlopen(Request(f"{address}/files", method="PUT")):  # noqa: S310
        yield address
    server.stop()


@pytest.fixture
def store(endpoint: str) -> MediaStore:
    return MediaStore(f"s3://key:se%2Fcret@files/some/prefix?region=us-east-1&endpoint={endpoint}", Path("unused"))


def key() -> str:
    return new_key(UUID(int=1), datetime(2026, 11, 22, tzinfo=UTC), uuid4(), "content.mp4")


async def everything(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_files_whole_and_in_parts(store: MediaStore) -> None:
    place, content = key(), bytes(range(256)) * 100
    assert await store.stat(place) is None
    await store.put(place, content)
    found = await store.stat(place)
    assert found is not None
    assert (found.size_bytes, bool(found.e_tag)) == (len(content), True)
    assert await everything(store.stream(place)) == content
    assert await everything(store.stream(place, 100, 300)) == content[100:300]
    assert await everything(store.stream(place, len(content) - 7)) == content[-7:]
    await store.delete([place, place])
    assert await store.stat(place) is None
    with pytest.raises(FileNotFoundError):
        await everything(store.stream(place))


async def test_large_files_go_in_pieces(store: MediaStore, tmp_path: Path) -> None:
    async def source() -> AsyncIterator[bytes]:
        for number in range(12):
            yield bytes([number]) * MEGABYTE

    streamed, copied, file = key(), key(), tmp_path / "file"
    await store.put(streamed, source())
    file.write_bytes(b"x" * 11 * MEGABYTE)
    await store.put(copied, file)
    assert (await everything(store.stream(streamed, 5 * MEGABYTE, 5 * MEGABYTE + 3))) == b"\5\5\5"
    found = await store.stat(copied)
    assert found is not None
    assert found.size_bytes == 11 * MEGABYTE


async def test_readiness(store: MediaStore, endpoint: str) -> None:
    assert await store.problem() is None
