"""Downloads of what customers sent, from platforms and from wherever they point to."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from libs.channels.wire import HttpRequest
from libs.fetch.fetcher import Fetcher, FetchError, write
from libs.storage.keys import BadKeyError
from libs.storage.store import MediaStore, StorageError

_SECONDS = 180.0
_CONNECT_SECONDS = 5.0
_TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Download:
    """What came of it. code: "" when the file is there, "too_large", "not_allowed" and "expired" for good, "later" for
    what may be better next time; after: seconds the platform asks to wait; for_account: the token is refused. own_key:
    where the desk itself had put it, until it is kept with the message."""

    code: str = ""
    detail: str = ""
    after: float = 0.0
    for_account: bool = False
    own_key: str = ""


class MediaSource:
    """hosts: a channel's host name → base address, as for every other call. store: where the host "storage" is."""

    def __init__(
        self,
        hosts: Mapping[str, str],
        fetcher: Fetcher,
        most_bytes: int,
        connections: int,
        store: MediaStore | None = None,
    ) -> None:
        self._hosts = hosts
        self._store = store
        self._fetcher = fetcher
        self._most_bytes = most_bytes
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        patience = httpx.Timeout(30, connect=_CONNECT_SECONDS)
        self._client = httpx.AsyncClient(timeout=patience, limits=limits, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Closes every connection."""
        await self._client.aclose()
        await self._fetcher.close()

    async def download(self, request: HttpRequest, place: Path) -> Download:
        """Writes the answer into `place`. Never raises for what anybody answers."""
        try:
            if request.host == "foreign":
                headers = {**request.headers, **(request.own_headers if self._is_platforms(request.path) else {})}
                found = await self._fetcher.fetch(request.path, place, self._most_bytes, headers)
                return _read(found.status, "")
            async with asyncio.timeout(_SECONDS):
                if request.host == "storage":
                    return await self._from_store(request.path, place)
                return await self._from_platform(request, place)
        except FetchError as error:
            codes = {"forbidden": "not_allowed", "refused": "not_allowed", _TOO_LARGE: _TOO_LARGE}
            return Download(codes.get(error.code, "later"), error.detail)
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            return Download("later", type(error).__name__)

    def _is_platforms(self, url: str) -> bool:
        """Whether an address is on a host that settings name: scheme, name and port are the same."""
        try:
            return urlsplit(url)[:2] in {urlsplit(base)[:2] for base in self._hosts.values()}
        except ValueError:
            return False

    async def _from_store(self, key: str, place: Path) -> Download:
        """What the desk itself took from a visitor; the channel has looked whose it is."""
        if self._store is None:
            return Download("not_allowed", "no file storage is here")
        try:
            await write(self._store.stream(key), place, self._most_bytes)
        except (FileNotFoundError, BadKeyError):
            return Download("expired", "no such file is stored")
        except StorageError as error:
            return Download("later", str(error))
        return Download(own_key=key)

    async def _from_platform(self, request: HttpRequest, place: Path) -> Download:
        url = self._hosts[request.host].rstrip("/") + request.path
        headers = {"Accept-Encoding": "identity", **request.headers}
        async with self._client.stream(request.method, url, headers=headers) as response:
            if response.status_code == 200:
                await write(response.aiter_raw(), place, self._most_bytes)
            return _read(response.status_code, response.headers.get("retry-after", ""))


def _read(status: int, retry_after: str) -> Download:
    """What an answer's status says. 202: still being prepared."""
    if status == 200:
        return Download()
    if status in {400, 403, 404, 410}:
        return Download("expired", f"HTTP {status}")
    asked = float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 7 else 0.0
    return Download("later", f"HTTP {status}", asked or (3.0 if status == 202 else 0.0), status == 401)
