"""The gRPC edge of uploads: protos/frontdesk/delivery/v1/uploads.proto is its contract."""

from typing import Any
from uuid import UUID

from frontdesk.delivery.v1 import uploads_pb2 as pb
from frontdesk.delivery.v1 import uploads_pb2_grpc as grpc_pb
from libs.rpc.context import current_teammate
from libs.rpc.ids import uuid_of
from services.delivery.domain.media import NewUpload, Upload
from services.delivery.service.uploads import UploadNotFoundError, UploadService


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
