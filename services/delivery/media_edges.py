"""The edges of files: events about them, and the gRPC service of uploads (uploads.proto)."""

from typing import Any
from uuid import UUID

from frontdesk.conversations.v1.events_pb2 import MediaDropped, MediaRequested
from frontdesk.delivery.v1 import uploads_pb2 as pb
from frontdesk.delivery.v1 import uploads_pb2_grpc as grpc_pb
from libs.bus.messages import Delivered
from libs.rpc.context import current_teammate
from libs.rpc.ids import uuid_of
from services.delivery.domain.media import NewUpload, Upload
from services.delivery.service.media import MediaService
from services.delivery.service.uploads import UploadNotFoundError, UploadService

REQUESTED = ("events.*.conversations.media_requested",)
DROPPED = ("events.*.conversations.media_dropped",)


class MediaConsumer:
    """Queues contents to fetch."""

    def __init__(self, media: MediaService) -> None:
        self._media = media

    async def handle(self, batch: list[Delivered]) -> None:
        """All or nothing."""
        await self._media.request([delivered.parse(MediaRequested) for delivered in batch])


class DroppedConsumer:
    """Deletes contents of messages that were taken back."""

    def __init__(self, media: MediaService) -> None:
        self._media = media

    async def handle(self, batch: list[Delivered]) -> None:
        """One by one; what is gone already is gone."""
        for delivered in batch:
            await self._media.drop(delivered.parse(MediaDropped))


class UploadsServicer(grpc_pb.UploadsServiceServicer):
    """Serves UploadsService."""

    def __init__(self, uploads: UploadService) -> None:
        self._uploads = uploads

    async def CreateUpload(self, request: pb.CreateUploadRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, teammate = current_teammate()
        made = await self._uploads.create(tenant_id, teammate.id, _asked(request))
        return pb.CreateUploadResponse(upload=_upload(made))

    async def AppendUpload(self, request: pb.AppendUploadRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, teammate = current_teammate()
        made = await self._uploads.append(
            tenant_id, teammate.id, _id(request.upload_id), request.offset, request.content
        )
        return pb.AppendUploadResponse(upload=_upload(made))

    async def GetUpload(self, request: pb.GetUploadRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, teammate = current_teammate()
        found = await self._uploads.get(tenant_id, teammate.id, _id(request.upload_id), request.keep)
        return pb.GetUploadResponse(upload=_upload(found))


def _id(text: str) -> UUID:
    return uuid_of(text, UploadNotFoundError("There is no such upload."))


def _asked(request: pb.CreateUploadRequest) -> NewUpload:
    return NewUpload(
        channel=request.channel,
        file_name=request.file_name[:200],
        content_type=request.content_type[:200],
        size_bytes=request.size_bytes,
        voice=request.voice,
    )


def _upload(upload: Upload) -> pb.Upload:
    return pb.Upload(
        id=str(upload.upload_id),
        channel=upload.channel,
        file_name=upload.file_name,
        size_bytes=upload.size_bytes,
        offset=upload.offset_bytes,
        state=upload.state,
        failure_code=upload.failure_code,
        kind=upload.kind,
        content_type=upload.content_type,
        ready_bytes=upload.ready_bytes,
        width=upload.width,
        height=upload.height,
        duration_ms=upload.duration_ms,
        storage_key=upload.storage_key,
        thumbnail_key=upload.thumbnail_key,
        voice=upload.voice,
    )
