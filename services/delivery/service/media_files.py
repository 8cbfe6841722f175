"""Where files lie between coming and being kept: a temporary folder, a worker's look at them, the store."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from libs.media.job import Job, Made
from libs.media.pool import MediaPool
from libs.media.types import media_type
from libs.storage.keys import new_key
from libs.storage.store import MediaStore


@dataclass(frozen=True, slots=True)
class Kept:
    """Keys of a file and of its thumbnail, "" where it has none."""

    storage_key: str
    thumbnail_key: str


class MediaFiles:
    """Looks into files and keeps them."""

    def __init__(self, store: MediaStore, pool: MediaPool) -> None:
        self._store = store
        self._pool = pool

    @asynccontextmanager
    async def folder(self) -> AsyncIterator[Path]:
        """A folder that is gone afterwards."""
        made = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="frontdesk-media-")
        try:
            yield Path(made.name)
        finally:
            await asyncio.to_thread(made.cleanup)

    async def look(self, job: Job) -> Made:
        """What a worker makes of a file."""
        return await self._pool.run(job)

    async def keep(self, made: Made, tenant_id: UUID, unique: UUID, at: datetime) -> Kept:
        """Stores a file. The same `unique` and time store to the same place again. Raises StorageError."""
        key = new_key(tenant_id, at, unique, f"content.{media_type(made.content_type).ending}")
        await self._store.put(key, Path(made.path))
        if not made.thumbnail:
            return Kept(key, "")
        thumbnail = new_key(tenant_id, at, unique, "thumbnail.jpg")
        await self._store.put(thumbnail, Path(made.thumbnail))
        return Kept(key, thumbnail)

    async def put(self, key: str, content: bytes) -> None:
        """Stores a piece. Raises StorageError."""
        await self._store.put(key, content)

    async def gather(self, keys: Sequence[str], place: Path) -> None:
        """Writes pieces one after the other into a file. Raises StorageError, and FileNotFoundError."""
        with await asyncio.to_thread(place.open, "wb") as file:
            for key in keys:
                async for chunk in self._store.stream(key):
                    await asyncio.to_thread(file.write, chunk)

    async def clear(self, key: str, keep: Sequence[str]) -> None:
        """Deletes all files of one thing but these, whoever put them there. Raises StorageError."""
        await self.drop([one for one in await self._store.beside(key) if one not in keep])

    async def drop(self, keys: Sequence[str]) -> None:
        """Deletes files. Raises StorageError."""
        await self._store.delete([key for key in keys if key])
