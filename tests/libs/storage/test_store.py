"""The store, in a folder: whole files, parts of them, and no way out of the folder."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from libs.storage.keys import BadKeyError, beside, checked, new_key, tenant_of
from libs.storage.store import MediaStore, StorageError

TENANT = UUID(int=7)
AT = datetime(2026, 11, 22, tzinfo=UTC)


def key(name: str = "content.bin") -> str:
    return new_key(TENANT, AT, uuid4(), name)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore("", tmp_path / "files")


async def everything(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_a_file_comes_back_whole_and_in_parts(store: MediaStore) -> None:
    place, content = key(), bytes(range(256)) * 4000
    await store.put(place, content)
    found = await store.stat(place)
    assert found is not None
    assert found.size_bytes == len(content)
    assert await everything(store.stream(place)) == content
    assert await everything(store.stream(place, 10, 20)) == content[10:20]
    assert await everything(store.stream(place, len(content) - 5)) == content[-5:]
    assert await everything(store.stream(place, 5, 5)) == b""


async def test_a_stream_is_stored_whole_or_not_at_all(store: MediaStore) -> None:
    async def source(fails: bool) -> AsyncIterator[bytes]:
        for _ in range(7):
            yield b"x" * 1024 * 1024
        if fails:
            raise ConnectionError("cut")

    whole, cut = key(), key()
    await store.put(whole, source(False))
    found = await store.stat(whole)
    assert found is not None
    assert found.size_bytes == 7 * 1024 * 1024
    with pytest.raises((ConnectionError, StorageError)):
        await store.put(cut, source(True))
    assert await store.stat(cut) is None


async def test_all_files_of_one_thing_are_found(store: MediaStore) -> None:
    first, other = key("a.bin"), key("a.bin")
    places = [first, beside(first, "b.bin")]
    assert await store.beside(places[0]) == []
    for place in (*places, other):
        await store.put(place, b"x")
    assert sorted(await store.beside(places[0])) == places
    assert await store.beside(other) == [other]


async def test_deleting_is_repeatable(store: MediaStore) -> None:
    place = key()
    await store.put(place, b"x")
    await store.delete([place])
    await store.delete([place])
    assert await store.stat(place) is None
    with pytest.raises(FileNotFoundError):
        await everything(store.stream(place))


async def test_small_reads_are_bounded(store: MediaStore) -> None:
    place = key()
    await store.put(place, b"12345")
    assert await store.read(place, 5) == b"12345"
    with pytest.raises(ValueError, match="more than 4"):
        await store.read(place, 4)


@pytest.mark.parametrize(
    "path", ["", "../secrets", "/etc/passwd", "a/b", f"{UUID(int=1)}/2026/11/{UUID(int=2)}/../x"], ids=repr
)
async def test_no_path_leads_out(store: MediaStore, path: str) -> None:
    with pytest.raises(BadKeyError):
        await store.stat(path)


def test_keys_tell_the_tenant() -> None:
    place = key("content.jpg")
    assert tenant_of(place) == TENANT
    assert checked(beside(place, "thumbnail.jpg")).endswith("/thumbnail.jpg")


async def test_readiness_tells_of_a_store_that_is_away(store: MediaStore) -> None:
    assert await store.problem() is None
    away = MediaStore("s3://key:secret@bucket/files?endpoint=http://127.0.0.1:1", Path("unused"))
    assert "does not answer" in (await away.problem() or "")


@pytest.mark.parametrize("url", ["ftp://x", "s3://", "nonsense"])
def test_other_addresses_are_refused_with_what_to_give(url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="FRONTDESK_STORAGE_URL"):
        MediaStore(url, tmp_path)
