"""Files that teammates send: taken in pieces that resume, made ready for the channel, cleared away when nobody sends
them."""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from libs.app.crash import crash_point
from libs.channels.registry import UnknownChannel, channel_named
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.media.job import Job, Made
from libs.observe.metrics import Counter
from libs.rpc.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    TooManyRequestsError,
    UnavailableError,
)
from libs.storage.keys import new_key
from libs.storage.store import StorageError
from services.delivery.domain.media import (
    CHUNK_BYTES,
    MOST_TRIES,
    MOST_UNFINISHED,
    UPLOADS_KEPT,
    NewUpload,
    Upload,
    announced,
    pause,
    wanted,
)
from services.delivery.models import Room
from services.delivery.repository.uploads import UploadRepository, claim_uploads, old_uploads
from services.delivery.service.media_files import MediaFiles

_CLAIM_SECONDS = 900
# In one look at the table, and in one run: the rest waits for the next one.
_OLD_AT_ONCE, _MOST_OLD = 200, 5000

_cleared = Counter("frontdesk_uploads_cleared_total", "Uploads that were forgotten, with what no message holds.")
_results = Counter(
    "frontdesk_uploads_total", "Tries to make an upload ready, by what became of them.", ["channel", "result"]
)


class UploadNotFoundError(NotFoundError):
    """None of this id that the teammate began."""

    code = "upload_not_found"


class UploadOffsetError(FailedPreconditionError):
    """Not the next piece: go on from fields["offset"]."""

    code = "upload_offset"


class UploadTooLongError(InvalidArgumentError):
    """More bytes than were announced."""

    code = "upload_too_long"
    http_status = 413


class UploadService:
    """Uploads of all tenants."""

    def __init__(self, database: Database, clock: Clock, files: MediaFiles, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._files = files
        self._wake = wake

    async def create(self, tenant_id: UUID, teammate_id: UUID, asked: NewUpload) -> Upload:
        """Announces a file. Raises the errors of domain/media.py, and TooManyRequestsError."""
        try:
            limits = channel_named(asked.channel).limits
        except UnknownChannel as error:
            raise InvalidArgumentError("There is no such channel.", field="channel") from error
        upload = Upload(
            tenant_id=tenant_id,
            upload_id=new_id(self._clock),
            teammate_id=teammate_id,
            channel=asked.channel,
            file_name=asked.file_name,
            content_type=asked.content_type,
            kind=announced(limits, asked.channel, asked.content_type, asked.size_bytes),
            voice=asked.voice,
            size_bytes=asked.size_bytes,
            created_at=self._clock.now(),
        )
        async with self._database.unit([tenant_id]) as unit:
            repository = UploadRepository(unit, tenant_id)
            if await repository.unfinished(teammate_id) >= MOST_UNFINISHED:
                raise TooManyRequestsError(
                    f"{MOST_UNFINISHED} of your uploads are not finished. Finish one, or wait a day.",
                    retry_after_seconds=60,
                )
            await repository.add(upload)
        return upload

    async def append(self, tenant_id: UUID, teammate_id: UUID, upload_id: UUID, offset: int, content: bytes) -> Upload:
        """Takes the next piece. Raises UploadNotFoundError, UploadOffsetError, UnavailableError."""
        upload = await self._own(tenant_id, teammate_id, upload_id)
        if upload.state != "uploading" or offset != upload.offset_bytes:
            raise _at(upload)
        if not 0 < len(content) <= min(CHUNK_BYTES, upload.size_bytes - offset):
            raise UploadTooLongError("More bytes came than were announced.", offset=upload.offset_bytes)
        part = f"part-{offset}-{secrets.token_hex(4)}"
        try:
            await self._files.put(_key(upload, part), content)
        except StorageError as error:
            raise UnavailableError("The file storage does not answer. Try again in a moment.") from error
        async with self._database.unit([tenant_id]) as unit:
            repository = UploadRepository(unit, tenant_id)
            taken = await repository.append(upload_id, offset, part, len(content), self._clock.now())
        if not taken:
            # Another request was faster, or it was forgotten meanwhile: then nobody would find the piece later.
            with contextlib.suppress(StorageError):
                await self._files.drop([_key(upload, part)])
        upload = await self._own(tenant_id, teammate_id, upload_id)
        if not taken:
            raise _at(upload)
        if upload.state == "converting":
            self._wake()
        return upload

    async def get(self, tenant_id: UUID, teammate_id: UUID, upload_id: UUID, keep: bool) -> Upload:
        """How far it is. keep: a message is going to hold it. Raises UploadNotFoundError."""
        if keep:
            await self._own(tenant_id, teammate_id, upload_id)
            async with self._database.unit([tenant_id]) as unit:
                await UploadRepository(unit, tenant_id).want(upload_id, self._clock.now())
        return await self._own(tenant_id, teammate_id, upload_id)

    async def claim(self, room: Room) -> list[Upload]:
        """Uploads whose bytes are all here."""
        async with self._database.system_unit() as unit:
            return await claim_uploads(unit, self._clock.now(), _CLAIM_SECONDS, room)

    async def convert(self, upload: Upload, _stopping: Callable[[], bool]) -> datetime | None:
        """Makes one ready. Returns when it is to be tried again."""
        try:
            return await self._convert(upload)
        except asyncio.CancelledError:
            # The process ends: another one need not wait until the claim runs out.
            await self._postpone(upload)
            raise

    async def _convert(self, upload: Upload) -> datetime | None:
        parts = [_key(upload, part) for part in upload.parts]
        try:
            if upload.tries > MOST_TRIES:
                # Whoever worked on it never came back to tell.
                upload.state, upload.failure_code = "failed", "unreadable"
            else:
                await self._make_ready(upload, parts)
                crash_point("upload.kept")
        except (StorageError, FileNotFoundError):
            if upload.tries < MOST_TRIES:
                return await self._postpone(upload)
            upload.state, upload.failure_code = "failed", "storage_error"
        async with self._database.unit([upload.tenant_id]) as unit:
            repository = UploadRepository(unit, upload.tenant_id)
            await repository.finish(upload)
            left = await repository.get(upload.upload_id)
        _results.labels(upload.channel, upload.failure_code or upload.state).inc()
        # What stays behind goes when the upload is forgotten. It may have been while this one was at work.
        with contextlib.suppress(StorageError):
            await self._files.clear(_key(upload, "content"), _files_of(left) if left else ())
        return None

    async def forget(self) -> None:
        """Clears away what is old: pieces and originals, and files that no message holds. Every replica does."""
        before = self._clock.now() - UPLOADS_KEPT
        for _ in range(_MOST_OLD // _OLD_AT_ONCE):
            async with self._database.system_unit() as unit:
                found = await old_uploads(unit, before, _OLD_AT_ONCE)
            for tenant_id, upload_id in found:
                await self._forget(tenant_id, upload_id, before)
            if len(found) < _OLD_AT_ONCE:
                return

    async def _forget(self, tenant_id: UUID, upload_id: UUID, before: datetime) -> None:
        """Locked meanwhile, so that no message comes to hold what is being deleted."""
        async with self._database.unit([tenant_id]) as unit:
            repository = UploadRepository(unit, tenant_id)
            found = await repository.lock_old(upload_id, before)
            if found is None:
                return
            upload, kept = found
            await self._files.clear(_key(upload, "content"), _files_of(upload) if kept else ())
            await repository.remove(upload_id)
        _cleared.inc()

    async def _make_ready(self, upload: Upload, parts: list[str]) -> None:
        async with self._files.folder() as folder:
            place = folder / "given"
            await self._files.gather(parts, place)
            rules = wanted(channel_named(upload.channel).limits)
            made = await self._files.look(Job(str(place), str(folder), upload.file_name, upload.voice, rules))
            await self._note(upload, made)

    async def _note(self, upload: Upload, made: Made) -> None:
        if made.failure:
            upload.state, upload.failure_code = "failed", made.failure
            return
        kept = await self._files.keep(made, upload.tenant_id, upload.upload_id, upload.created_at)
        upload.state, upload.kind, upload.content_type = "ready", made.kind, made.content_type
        upload.ready_bytes, upload.duration_ms = made.size_bytes, made.duration_ms
        upload.width, upload.height = made.width, made.height
        upload.storage_key, upload.thumbnail_key = kept.storage_key, kept.thumbnail_key

    async def _postpone(self, upload: Upload) -> datetime:
        _results.labels(upload.channel, "later").inc()
        again = self._clock.now() + pause(upload.tries, random.random())  # noqa: S311
        async with self._database.unit([upload.tenant_id]) as unit:
            await UploadRepository(unit, upload.tenant_id).postpone(upload.upload_id, again)
        return again

    async def _own(self, tenant_id: UUID, teammate_id: UUID, upload_id: UUID) -> Upload:
        async with self._database.unit([tenant_id]) as unit:
            found = await UploadRepository(unit, tenant_id).get(upload_id)
        if found is None or found.teammate_id != teammate_id:
            raise UploadNotFoundError("There is no such upload.")
        return found


def _at(upload: Upload) -> UploadOffsetError:
    return UploadOffsetError(
        f"{upload.offset_bytes} bytes are here; go on from there.", offset=upload.offset_bytes, state=upload.state
    )


def _files_of(upload: Upload) -> tuple[str, str]:
    """What a message is sent with."""
    return upload.storage_key, upload.thumbnail_key


def _key(upload: Upload, name: str) -> str:
    return new_key(upload.tenant_id, upload.created_at, upload.upload_id, name)
