"""Threads: reading, answering, trying again."""

from uuid import UUID, uuid4

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.delivery.v1 import delivery_pb2 as delivery
from libs.rpc.errors import FailedPreconditionError, InvalidArgumentError
from services.gateway.domain.present.messages import (
    Message,
    MessagePage,
    NewMessage,
    TemplateChoice,
    message,
    messages,
)
from services.gateway.routes.dependencies import (
    IdempotencyKey,
    PageSize,
    PageToken,
    SignedInDep,
    noun_router,
    operation,
)
from services.gateway.routes.uploads import uploaded
from services.gateway.service.desk import Acting

router = noun_router("messages")
_SERVICE = "frontdesk.conversations.v1.ConversationsService"


class UploadNotReadyError(FailedPreconditionError):
    """The upload is still on its way, is being converted, or failed."""

    code = "upload_not_ready"


@router.get("/conversations/{conversation_id:uuid}/messages", **operation(f"{_SERVICE}/ListMessages", 404))
async def list_messages(
    conversation_id: UUID, acting: SignedInDep, page_size: PageSize = 0, page_token: PageToken = ""
) -> MessagePage:
    """The thread, newest first."""
    # Taken before the list is read, so that nothing falls between the list and the stream.
    cursor = str(acting.desk.hub.cursor)
    request = pb.ListMessagesRequest(conversation_id=str(conversation_id), page_size=page_size, page_token=page_token)
    return messages(await acting.conversations.ListMessages(request), cursor, acting.desk.media)


@router.post(
    "/conversations/{conversation_id:uuid}/messages",
    status_code=201,
    **operation(f"{_SERVICE}/SendMessage", 404, 409, body=True),
)
async def send_message(
    conversation_id: UUID, new: NewMessage, acting: SignedInDep, idempotency_key: IdempotencyKey = None
) -> Message:
    """Answer the customer. The message is stored and queued; its delivery_state tells what becomes of it.

    Answering an open conversation takes it over; a colleague's needs the permission "answer_others" (403). A file is
    uploaded first (POST /uploads); once the reply window is closed (409 window_closed) only templates go, where the
    channel has them.
    """
    request = pb.SendMessageRequest(
        conversation_id=str(conversation_id),
        idempotency_key=idempotency_key or str(uuid4()),
        type=new.type,
        text=new.text,
        attachments=[await _attachment(acting, new)] if new.upload_id else [],
        template=await _rendered(acting, conversation_id, new.template) if new.type == "template" else None,
        quoted_message_id=str(new.quoted_message_id or ""),
    )
    return message((await acting.conversations.SendMessage(request)).message, acting.desk.media)


@router.post(
    "/conversations/{conversation_id:uuid}/messages/{message_id:uuid}:retry",
    **operation(f"{_SERVICE}/RetryMessage", 404, 409),
)
async def retry_message(
    conversation_id: UUID, message_id: UUID, acting: SignedInDep, idempotency_key: IdempotencyKey = None
) -> Message:
    """Try once more to send what failed or stayed unconfirmed."""
    request = pb.RetryMessageRequest(
        conversation_id=str(conversation_id),
        message_id=str(message_id),
        idempotency_key=idempotency_key or str(uuid4()),
    )
    return message((await acting.conversations.RetryMessage(request)).message, acting.desk.media)


async def _attachment(acting: Acting, new: NewMessage) -> pb.OutgoingAttachment:
    """The upload as conversations take it. It is the teammate's own, made ready for this conversation's channel."""
    found = await uploaded(acting, str(new.upload_id), keep=True)
    if found.state != "ready":
        raise UploadNotReadyError("The upload is not ready to be sent. Wait until it is, or upload the file again.")
    return pb.OutgoingAttachment(
        upload_id=found.id,
        kind=found.kind,
        content_type=found.content_type,
        file_name=found.file_name,
        size_bytes=found.ready_bytes,
        duration_ms=found.duration_ms,
        width=found.width,
        height=found.height,
        storage_key=found.storage_key,
        thumbnail_key=found.thumbnail_key,
        voice=found.voice,
    )


async def _rendered(acting: Acting, conversation_id: UUID, chosen: TemplateChoice | None) -> pb.OutgoingTemplate:
    """The template with its variables filled in, as the platform approved it."""
    if chosen is None:
        raise InvalidArgumentError("Choose a template to send.", field="template")
    where = pb.GetConversationRequest(conversation_id=str(conversation_id))
    row = (await acting.conversations.GetConversation(where)).conversation
    request = delivery.RenderTemplateRequest(
        account_id=row.account_id,
        name=chosen.name,
        language=chosen.language,
        header=chosen.variables.header,
        body=chosen.variables.body,
        buttons=chosen.variables.buttons,
    )
    made = await acting.delivery.RenderTemplate(request)
    return pb.OutgoingTemplate(
        name=made.name, language=made.language, components_json=made.components_json, text=made.text
    )
