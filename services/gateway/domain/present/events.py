"""Facts as open sockets are told of them. A fact without an entry here is not shown to anybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message as ProtoMessage
from pydantic import BaseModel

from frontdesk.conversations.v1 import conversations_pb2, events_pb2
from frontdesk.delivery.v1 import events_pb2 as delivery_pb2
from frontdesk.tenants.v1 import events_pb2 as tenants_pb2
from services.gateway.domain.cursor import Cursor
from services.gateway.domain.present.common import Model
from services.gateway.domain.present.conversations import Conversation, conversation
from services.gateway.domain.present.media import MediaLinks
from services.gateway.domain.present.messages import Message, message
from services.gateway.domain.ring import Bindings


class MessageEvent(Model):
    """message.created and message.updated: the message, and the conversation after it."""

    message: Message
    conversation: Conversation


class ConversationEvent(Model):
    """conversation.updated"""

    conversation: Conversation


class ChannelAccountEvent(Model):
    """channel_account.updated: read the account again."""

    id: str
    state: str


class TeammateEvent(Model):
    """teammate.updated: read the teammate again."""

    id: str
    version: int


@dataclass(frozen=True)
class Shown:
    """How one kind of fact is shown. conversation: whose bindings decide who sees it; None for the whole team's."""

    proto: type[ProtoMessage]
    type: str
    data: Callable[[Any, MediaLinks], BaseModel]
    conversation: Callable[[Any], conversations_pb2.Conversation] | None = None


def _of(fact: Any) -> conversations_pb2.Conversation:
    row: conversations_pb2.Conversation = fact.conversation
    return row


def _message_event(fact: Any, links: MediaLinks) -> MessageEvent:
    return MessageEvent(message=message(fact.message, links), conversation=conversation(fact.conversation))


_SHOWN = (
    Shown(events_pb2.MessageStored, "message.created", _message_event, _of),
    Shown(events_pb2.MessageChanged, "message.updated", _message_event, _of),
    Shown(
        events_pb2.ConversationChanged,
        "conversation.updated",
        lambda fact, _: ConversationEvent(conversation=conversation(fact.conversation)),
        _of,
    ),
    Shown(
        tenants_pb2.ChannelAccountChanged,
        "channel_account.updated",
        lambda fact, _: ChannelAccountEvent(id=fact.account_id, state=fact.state),
    ),
    Shown(
        delivery_pb2.AccountStateChanged,
        "channel_account.updated",
        lambda fact, _: ChannelAccountEvent(id=fact.account_id, state=fact.state),
    ),
    Shown(
        tenants_pb2.TeammateChanged,
        "teammate.updated",
        lambda fact, _: TeammateEvent(id=fact.teammate_id, version=fact.version),
    ),
)
# By the full name of the protobuf message.
SHOWN: Mapping[str, Shown] = {shown.proto.DESCRIPTOR.full_name: shown for shown in _SHOWN}


def frame(shown: Shown, fact: ProtoMessage, cursor: Cursor, links: MediaLinks) -> str:
    """The WebSocket message. A cursor needs no escaping."""
    return f'{{"type":"{shown.type}","cursor":"{cursor}","data":{shown.data(fact, links).model_dump_json()}}}'


def bindings(row: conversations_pb2.Conversation) -> Bindings:
    """Who may see the conversation."""
    bot = row.handler == conversations_pb2.HANDLER_BOT
    return Bindings(salesperson_id=row.salesperson_id, store_id=row.store_id, bot=bot)
