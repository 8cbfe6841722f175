"""Files on their way to customers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Request
from starlette.requests import ClientDisconnect

from frontdesk.conversations.v1 import conversations_pb2 as conversations
from frontdesk.delivery.v1 import uploads_pb2 as pb
from services.gateway.domain.present.media import NewUpload, Upload, upload
from services.gateway.routes.dependencies import PREFIX, SignedInDep, noun_router, operation
from services.gateway.service.desk import Acting

router = noun_router("uploads")
_SERVICE = "frontdesk.delivery.v1.UploadsService"
_PIECE = 1024 * 1024
# Between two pieces of a body; what came before is kept, and the client goes on from there.
_PATIENCE = 60.0

Offset = Annotated[
    int, Header(alias="Upload-Offset", ge=0, le=2**40, description="The upload's present offset; 0 when left out.")
]


@router.post("/uploads", status_code=201, **operation(f"{_SERVICE}/CreateUpload", 404, body=True))
async def create_upload(new: NewUpload, acting: SignedInDep) -> Upload:
    """Announce a file. Refused before any byte where the conversation's channel could never take it
    (media_not_allowed, media_too_large); detail says what to do instead."""
    where = conversations.GetConversationRequest(conversation_id=new.conversation_id)
    found = (await acting.conversations.GetConversation(where)).conversation
    request = pb.CreateUploadRequest(
        channel=found.channel,
        file_name=new.file_name,
        size_bytes=new.size_bytes,
        content_type=new.content_type,
        voice=new.voice,
    )
    return upload((await acting.uploads.CreateUpload(request)).upload, acting.desk.media)


def _takes_bytes() -> dict[str, Any]:
    """The route's arguments: its body is the bytes themselves."""
    arguments = operation(f"{_SERVICE}/AppendUpload", 404, 409, 413)
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    arguments["openapi_extra"]["requestBody"] = {"required": True, "content": content}
    return arguments


@router.patch("/uploads/{upload_id:uuid}", **_takes_bytes())
async def append_upload(upload_id: UUID, request: Request, acting: SignedInDep, offset: Offset = 0) -> Upload:
    """Send the next bytes of a file, as many as you like up to its end. After a cut connection ask how far it is, and
    go on from there; the wrong offset is answered with the right one (409 upload_offset)."""
    done = (await acting.uploads.GetUpload(pb.GetUploadRequest(upload_id=str(upload_id)))).upload
    async for piece in _pieces(request):
        sent = pb.AppendUploadRequest(upload_id=str(upload_id), offset=offset, content=piece)
        done = (await acting.uploads.AppendUpload(sent)).upload
        offset = done.offset
    return upload(done, acting.desk.media)


@router.get("/uploads/{upload_id:uuid}", **operation(f"{_SERVICE}/GetUpload", 404))
async def get_upload(upload_id: UUID, acting: SignedInDep) -> Upload:
    """How far one of your uploads is."""
    return upload(await uploaded(acting, str(upload_id)), acting.desk.media)


async def uploaded(acting: Acting, upload_id: str, keep: bool = False) -> pb.Upload:
    """An upload of the teammate. keep: a message is going to hold it. Raises upload_not_found."""
    request = pb.GetUploadRequest(upload_id=upload_id, keep=keep)
    found: pb.Upload = (await acting.uploads.GetUpload(request)).upload
    return found


def takes_raw_body(scope: Any) -> bool:
    """Whether a request's body is a file's bytes, which are passed on as they come."""
    path: str = scope["path"]
    return scope["method"] == "PATCH" and path.startswith(f"{PREFIX}/uploads/")


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces the service takes; all that came, when the client goes or falls silent."""
    held = bytearray()
    chunks = request.stream()
    while (chunk := await _next(chunks)) is not None:
        held += chunk
        while len(held) >= _PIECE:
            yield bytes(held[:_PIECE])
            del held[:_PIECE]
    if held:
        yield bytes(held)


async def _next(chunks: AsyncIterator[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await anext(chunks, None)
    except (TimeoutError, ClientDisconnect):
        return None
