"""Files of messages, in a local folder or in S3."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from libs.observe.metrics import Counter
from libs.storage.keys import checked

_CHUNK = 256 * 1024
_READY_KEY = "00000000-0000-0000-0000-000000000000/0000/00/00000000-0000-0000-0000-000000000000/ready"
_CLIENT: Any = {"timeout": "60s", "connect_timeout": "5s"}
_RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
_errors = Counter("frontdesk_storage_errors_total", "Calls that the file storage did not answer, or refused.")


class StorageError(Exception):
    """The store does not answer, or FRONTDESK_STORAGE_URL names none."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a file without reading it. e_tag changes with the content."""

    size_bytes: int
    e_tag: str


class MediaStore:
    """Reads and writes whole files and parts of them. A file is there entirely or not at all."""

    def __init__(self, url: str, folder: Path) -> None:
        """url: FRONTDESK_STORAGE_URL; folder: what is used when it is empty."""
        self._store = _open(url, folder)

    async def put(self, key: str, content: bytes | Path | AsyncIterable[bytes]) -> None:
        """Writes a file. Raises StorageError; then nothing is there."""
        source: Any = content
        with _told():
            await obstore.put_async(self._store, checked(key), source, chunk_size=5 * 1024 * 1024, max_concurrency=2)

    async def stat(self, key: str) -> Stored | None:
        """Size and e_tag, None without such a file."""
        with _told():
            try:
                found = await obstore.head_async(self._store, checked(key))
            except FileNotFoundError:
                return None
        return Stored(found["size"], (found["e_tag"] or "").strip('"'))

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from start to before end (or the file's end), as they come. Raises FileNotFoundError."""
        if end is not None and end <= start:
            return
        options: Any = {"range": (start, end) if end is not None else {"offset": start}}
        with _told():
            found = await obstore.get_async(self._store, checked(key), options=options)
            async for chunk in found.stream(min_chunk_size=_CHUNK):
                yield bytes(chunk)

    async def read(self, key: str, most_bytes: int) -> bytes:
        """A small file in one piece. Raises FileNotFoundError, and ValueError for more than most_bytes."""
        content = bytearray()
        async for chunk in self.stream(key):
            content += chunk
            if len(content) > most_bytes:
                raise ValueError(f"{key} has more than {most_bytes} bytes")
        return bytes(content)

    async def delete(self, keys: Iterable[str]) -> None:
        """Removes files; those that are not there are gone already."""
        with _told():
            for key in keys:
                try:
                    await obstore.delete_async(self._store, checked(key))
                except FileNotFoundError:
                    continue

    async def beside(self, key: str) -> list[str]:
        """Keys of all files there are of one thing: those that differ from this key by their names alone."""
        with _told():
            found = await obstore.list(self._store, f"{checked(key).rpartition('/')[0]}/").collect_async()
        return [str(file["path"]) for file in found]

    async def problem(self) -> str | None:
        """Why files cannot be kept right now, None when they can."""
        try:
            await self.stat(_READY_KEY)
        except StorageError as error:
            return str(error)
        return None


class _told:
    """Turns the store's errors into ours; one that says a file is missing stays what it is."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, BaseError | OSError) and not isinstance(error, FileNotFoundError):
            _errors.inc()
            raise StorageError(f"file storage does not answer ({type(error).__name__})") from error


def _open(url: str, folder: Path) -> LocalStore | S3Store:
    parts = urlsplit(url or f"file://{folder.absolute()}")
    if parts.scheme == "file":
        path = Path(unquote(parts.path))
        try:
            return LocalStore(path, mkdir=True)
        except (OSError, BaseError) as error:
            raise StorageError(f"FRONTDESK_STORAGE_URL: the folder {path} cannot be made") from error
    if parts.scheme == "s3" and parts.hostname:
        return _s3(url)
    raise StorageError(
        "FRONTDESK_STORAGE_URL: give file:///folder or s3://key:secret@bucket/prefix?region=…&endpoint=…"
    )


def _s3(url: str) -> S3Store:
    """s3://key:secret@bucket/prefix?region=…&endpoint=…; without key and secret the environment's (a pod's role)."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    settings: dict[str, Any] = {"region": query.get("region", "us-east-1")}
    if parts.username and parts.password:
        settings |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password)}
    if endpoint := query.get("endpoint"):
        settings |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
    client = _CLIENT | ({"allow_http": True} if query.get("endpoint", "").startswith("http://") else {})
    bucket = parts.netloc.rpartition("@")[2]
    return S3Store(
        bucket,
        prefix=parts.path.strip("/") or None,
        client_options=client,
        retry_config=_RETRIES,
        **settings,
    )
