"""Addresses of files, as browsers of this desk fetch them."""

from typing import Protocol

from pydantic import Field

from frontdesk.delivery.v1 import uploads_pb2 as pb
from services.gateway.domain.present.common import NO_NUL, Model


class MediaLinks(Protocol):
    """libs/storage/addresses.py; in the gateway `desk.media`."""

    def browser_path(self, storage_key: str, file_name: str = "") -> str:
        """A path that shows the file for 15 to 30 minutes."""
        ...


class NewUpload(Model):
    """A file that is going to be sent."""

    file_name: str = Field(min_length=1, max_length=200, pattern=NO_NUL)
    size_bytes: int = Field(ge=1, le=2**40)
    content_type: str = Field("", max_length=200, pattern=NO_NUL, description="As the browser says; may be empty.")
    conversation_id: str = Field(min_length=1, max_length=100, description="Where it is going to be sent.")
    voice: bool = Field(False, description="Recorded by speaking: sent as a voice message where there is such a thing.")


class Upload(Model):
    """How far an upload is. Its bytes go to PATCH /uploads/{id}; a message names it once it is "ready"."""

    id: str
    offset: int = Field(description="Bytes that are here: go on from this one.")
    size_bytes: int
    state: str = Field(examples=["uploading", "converting", "ready", "failed"])
    failure_code: str | None = Field(examples=["too_large", "not_allowed", "unreadable", "storage_error"])
    kind: str = Field(examples=["image", "video", "audio", "file"])
    content_type: str
    file_name: str
    duration_ms: int
    width: int
    height: int
    url: str | None = Field(description="Once ready.")
    thumbnail_url: str | None


def media_url(links: MediaLinks, storage_key: str, file_name: str = "") -> str | None:
    """The address of a stored file, None without a key."""
    return links.browser_path(storage_key, file_name) if storage_key else None


def upload(row: pb.Upload, links: MediaLinks) -> Upload:
    """One upload, as answers show it."""
    return Upload(
        id=row.id,
        offset=row.offset,
        size_bytes=row.size_bytes,
        state=row.state,
        failure_code=row.failure_code or None,
        kind=row.kind,
        content_type=row.content_type,
        file_name=row.file_name,
        duration_ms=row.duration_ms,
        width=row.width,
        height=row.height,
        url=media_url(links, row.storage_key, row.file_name),
        thumbnail_url=media_url(links, row.thumbnail_key),
    )
