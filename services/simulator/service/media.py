"""The contents of messages, as platforms serve them."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from libs.clock.clock import Clock
from services.simulator.service.errors import NotFound
from services.simulator.service.samples import sample

Transcoding = Literal["processing", "succeeded", "failed"]


@dataclass(slots=True)
class Content:
    """Bytes of a message. Videos and voice messages may need a while before they can be had."""

    kind: str
    data: bytes
    media_type: str
    ready_at: datetime
    fails: bool = False

    def transcoding(self, now: datetime) -> Transcoding:
        """How far the platform's preparation is."""
        if self.fails:
            return "failed"
        return "succeeded" if now >= self.ready_at else "processing"


class MediaStore:
    """Keeps the newest contents, in memory only: what is forgotten is made again from samples."""

    LIMIT_BYTES = 64 * 1024 * 1024

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._contents: OrderedDict[tuple[str, str], Content] = OrderedDict()
        self._uploads: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        self._bytes = 0
        # What the next video or voice message of an account goes through, by account.
        self.preparation: dict[str, tuple[float, bool]] = {}

    def upload(self, upload_id: str, data: bytes, media_type: str) -> None:
        """Bytes for a message that will be written next."""
        self._uploads[upload_id] = (data, media_type)
        if len(self._uploads) > 20:
            self._uploads.popitem(last=False)

    def require_upload(self, upload_id: str) -> None:
        """NotFound when no such bytes wait."""
        if upload_id not in self._uploads:
            raise NotFound(f"No upload {upload_id!r} is waiting; only the newest 20 are kept.")

    def attach(self, account_id: str, kind: str, message_id: str, upload_id: str | None) -> Content:
        """The message's bytes: those uploaded before, else a sample."""
        data, media_type = self._uploads.pop(upload_id) if upload_id else sample(kind, message_id)
        seconds, fails = self.preparation.get(account_id, (0.0, False)) if kind in ("video", "audio") else (0.0, False)
        content = Content(kind, data, media_type, self._clock.now() + timedelta(seconds=seconds), fails)
        self._keep((account_id, message_id), content)
        return content

    def keep(self, account_id: str, kind: str, content_id: str, data: bytes, media_type: str) -> Content:
        """Bytes that the account's side sent."""
        content = Content(kind, data, media_type, self._clock.now())
        self._keep((account_id, content_id), content)
        return content

    def find(self, account_id: str, message_id: str) -> Content | None:
        """The content of a message, when it is still kept."""
        return self._contents.get((account_id, message_id))

    def _keep(self, key: tuple[str, str], content: Content) -> None:
        self._contents[key] = content
        self._bytes += len(content.data)
        while self._bytes > self.LIMIT_BYTES and len(self._contents) > 1:
            _, oldest = self._contents.popitem(last=False)
            self._bytes -= len(oldest.data)
