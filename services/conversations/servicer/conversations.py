"""The gRPC edge: translates, nothing more. protos/frontdesk/conversations/v1/conversations.proto is its contract."""

from typing import Any, Protocol
from uuid import UUID

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.conversations.v1 import conversations_pb2_grpc as grpc_pb
from libs.auth.tokens import TeammateClaims
from libs.rpc.context import current_teammate
from libs.rpc.errors import InvalidArgumentError
from libs.rpc.ids import uuid_of
from services.conversations.domain import snapshots
from services.conversations.domain.outgoing import Draft
from services.conversations.repository.inbox import InboxFilter
from services.conversations.service.inbox import ConversationNotFoundError, InboxService
from services.conversations.service.sending import MessageNotFoundError, SendingService


class ConversationsServicer(grpc_pb.ConversationsServiceServicer):
    """Serves ConversationsService."""

    def __init__(self, inbox: InboxService, sending: SendingService) -> None:
        self._inbox = inbox
        self._sending = sending

    async def ListConversations(self, request: pb.ListConversationsRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, teammate = current_teammate()
        page, windows = await self._inbox.list_conversations(
            tenant_id, teammate, _filter(request, teammate), request.page_size, request.page_token
        )
        found = [snapshots.conversation(row, windows) for row in page.rows]
        return pb.ListConversationsResponse(conversations=found, next_page_token=page.next_token)

    async def GetConversation(self, request: pb.GetConversationRequest, context: Any) -> Any:
        """See the proto."""
        found = await self._inbox.get_conversation(*_asked(request))
        return pb.GetConversationResponse(conversation=snapshots.conversation(*found))

    async def ListMessages(self, request: pb.ListMessagesRequest, context: Any) -> Any:
        """See the proto."""
        page, quotes = await self._inbox.list_messages(*_asked(request), request.page_size, request.page_token)
        found = [snapshots.message(row, quotes) for row in page.rows]
        return pb.ListMessagesResponse(messages=found, next_page_token=page.next_token)

    async def SendMessage(self, request: pb.SendMessageRequest, context: Any) -> Any:
        """See the proto."""
        key = _idempotency_key(request.idempotency_key)
        sent = await self._sending.send(*_asked(request), _draft(request), key)
        return pb.SendMessageResponse(
            message=snapshots.message(sent.message, sent.quotes),
            conversation=snapshots.conversation(sent.row, sent.windows),
        )

    async def RetryMessage(self, request: pb.RetryMessageRequest, context: Any) -> Any:
        """See the proto."""
        message_id, key = _message_id(request.message_id), _idempotency_key(request.idempotency_key)
        sent = await self._sending.retry(*_asked(request), message_id, key)
        return pb.RetryMessageResponse(message=snapshots.message(sent.message, sent.quotes))

    async def TakeOverConversation(self, request: pb.TakeOverConversationRequest, context: Any) -> Any:
        """See the proto."""
        found = await self._sending.take_over(*_asked(request))
        return pb.TakeOverConversationResponse(conversation=snapshots.conversation(*found))

    async def OpenConversation(self, request: pb.OpenConversationRequest, context: Any) -> Any:
        """See the proto."""
        found = await self._sending.open(*_asked(request))
        return pb.OpenConversationResponse(conversation=snapshots.conversation(*found))

    async def CountUnread(self, request: pb.CountUnreadRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, teammate = current_teammate()
        return pb.CountUnreadResponse(conversations=await self._inbox.count_unread(tenant_id, teammate))

    async def ListAdSources(self, request: pb.ListAdSourcesRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, teammate = current_teammate()
        found = await self._inbox.list_ad_sources(tenant_id, teammate)
        return pb.ListAdSourcesResponse(sources=map(snapshots.ad_source, found))

    async def ListHistory(self, request: pb.ListHistoryRequest, context: Any) -> Any:
        """See the proto."""
        page = await self._inbox.list_history(*_asked(request), request.page_size, request.page_token)
        return pb.ListHistoryResponse(entries=map(snapshots.history_entry, page.rows), next_page_token=page.next_token)


class _OfConversation(Protocol):
    """A request about one conversation."""

    conversation_id: str


def _asked(request: _OfConversation) -> tuple[UUID, TeammateClaims, UUID]:
    """For which tenant and teammate, and about which conversation."""
    return *current_teammate(), uuid_of(request.conversation_id, ConversationNotFoundError())


def _filter(request: pb.ListConversationsRequest, teammate: TeammateClaims) -> InboxFilter:
    names = tuple(snapshots.STATUS_NAMES.get(status, "") for status in request.statuses)
    if "" in names:
        raise InvalidArgumentError("status must be open, processing or closed.", field="status")
    return InboxFilter(
        statuses=names,
        channels=tuple(request.channels),
        account_ids=tuple(request.account_ids),
        unread_only=request.unread_only,
        starred_only=request.starred_only,
        archived=request.archived,
        assignee=_assignee(request.assignee, teammate),
        from_ad=request.from_ad,
        ad_id=request.ad_id,
        without_channels=tuple(request.without_channels),
    )


def _draft(request: pb.SendMessageRequest) -> Draft:
    quoted, unknown = (
        request.quoted_message_id,
        InvalidArgumentError("No message of this id is in this conversation.", field="quoted_message_id"),
    )
    # Only a time-ordered id tells which partition to look in.
    if quoted and uuid_of(quoted, unknown).version != 7:
        raise unknown
    template = request.template if request.HasField("template") else None
    return Draft(request.type, request.text, tuple(request.attachments), template, quoted)


def _assignee(text: str, teammate: TeammateClaims) -> UUID | str | None:
    if text == "":
        return None
    if text == "none":
        return "none"
    if text == "me":
        return teammate.id
    return uuid_of(text, InvalidArgumentError('assignee must be "me", "none" or a teammate\'s id.', field="assignee"))


def _message_id(text: str) -> UUID:
    unknown = MessageNotFoundError("No message of this id can be sent again here.")
    message_id = uuid_of(text, unknown)
    # Only a time-ordered id tells which partition to look in.
    if message_id.version != 7:
        raise unknown
    return message_id


def _idempotency_key(text: str) -> str:
    if len(text) > 200 or not all("!" <= letter <= "~" for letter in text):
        raise InvalidArgumentError(
            "Idempotency-Key must be 1 to 200 printable ASCII characters.", field="Idempotency-Key"
        )
    return text
