"""Threads: reading, answering, trying again."""

from uuid import UUID, uuid4

from frontdesk.conversations.v1 import conversations_pb2 as pb
from services.gateway.domain.present.messages import Message, MessagePage, NewMessage, message, messages
from services.gateway.routes.dependencies import (
    IdempotencyKey,
    PageSize,
    PageToken,
    SignedInDep,
    noun_router,
    operation,
)

router = noun_router("messages")
_SERVICE = "frontdesk.conversations.v1.ConversationsService"


@router.get("/conversations/{conversation_id:uuid}/messages", **operation(f"{_SERVICE}/ListMessages", 404))
async def list_messages(
    conversation_id: UUID, acting: SignedInDep, page_size: PageSize = 0, page_token: PageToken = ""
) -> MessagePage:
    """The thread, newest first."""
    # Taken before the list is read, so that nothing falls between the list and the stream.
    cursor = str(acting.desk.hub.cursor)
    request = pb.ListMessagesRequest(conversation_id=str(conversation_id), page_size=page_size, page_token=page_token)
    return messages(await acting.conversations.ListMessages(request), cursor)


@router.post(
    "/conversations/{conversation_id:uuid}/messages",
    status_code=201,
    **operation(f"{_SERVICE}/SendMessage", 404, 409, body=True),
)
async def send_message(
    conversation_id: UUID, new: NewMessage, acting: SignedInDep, idempotency_key: IdempotencyKey = None
) -> Message:
    """Answer the customer. The message is stored and queued; its delivery_state tells what becomes of it.

    Answering an open conversation takes it over; a colleague's needs the permission "answer_others" (403).
    """
    request = pb.SendMessageRequest(
        conversation_id=str(conversation_id),
        idempotency_key=idempotency_key or str(uuid4()),
        type=new.type,
        text=new.text,
    )
    return message((await acting.conversations.SendMessage(request)).message)


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
    return message((await acting.conversations.RetryMessage(request)).message)
