"""What a replayed event makes of the message it made before: what today's code reads in the platform's bytes.

What came later stays: edits, being taken back, reactions, states. So do the message's id, its place, and what was
unread by it.
"""

from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as inbound
from services.conversations.domain.content import TOLD_DETAILS, Content, of_event
from services.conversations.models import Conversation, Message

# What an edit has said anew.
_EDITED = frozenset({"entities", "quote_token"})
# What is announced of a file, and known better once it is here.
_ANNOUNCED = ("kind", "content_type", "size_bytes", "duration_ms")


def renew(message: Message, event: inbound.InboundEvent, row: Conversation) -> bool:
    """Gives a message the content its event has today; False where it has it already, was taken back, or is an answer
    of ours, which nobody knows better."""
    content = of_event(event, message.id)
    if content is None or message.unsent_at is not None or message.origin == "desk":
        return False
    before = _content_of(message)
    message.type = content.type
    message.attachments = _attachments(message, content)
    if message.edited_at is None:
        message.text = content.text
    message.details = _details(message, content)
    message.sender_id, message.sender_name = content.sender.provider_user_id, content.sender.display_name
    _turn(message, event, row)
    return before != _content_of(message)


def origin_of(event: inbound.InboundEvent) -> str:
    """Who on our side wrote what the event tells; "" for the customer's own."""
    if event.WhichOneof("event") != "echoed":
        return ""
    return "other_app" if event.echoed.app_id else "native_app"


def _content_of(message: Message) -> tuple[object, ...]:
    return (
        message.type,
        message.text,
        message.attachments,
        message.details,
        message.sender_id,
        message.sender_name,
        message.direction,
        message.origin,
    )


def _details(message: Message, content: Content) -> dict[str, Any]:
    edited = _EDITED if message.edited_at is not None else frozenset[str]()
    kept = {name: value for name, value in message.details.items() if name not in TOLD_DETAILS or name in edited}
    return kept | {name: value for name, value in content.details.items() if name not in edited}


def _attachments(message: Message, content: Content) -> list[dict[str, Any]]:
    """Those that come from where they came from keep what was fetched. Others are new, under ids nobody had."""
    had, made = list(message.attachments), list[dict[str, Any]]()
    for number, wanted in enumerate(content.attachments, 1):
        same = next((one for one in had if one.get("source_hash") == wanted["source_hash"]), None)
        if same is None:
            made.append(wanted | {"id": f"{message.id.hex}-{message.version + 1}.{number}"})
        else:
            had.remove(same)
            names = ("voice",) if same["state"] == "ready" else ("voice", *_ANNOUNCED)
            told = {name: wanted[name] for name in names}
            made.append(same | told | {"file_name": wanted["file_name"] or same["file_name"]})
    return made


def _turn(message: Message, event: inbound.InboundEvent, row: Conversation) -> None:
    """Who wrote it may have been mistaken, too."""
    origin = origin_of(event)
    if bool(origin) == (message.direction == "outbound"):
        message.origin = origin
        return
    message.origin = origin
    message.direction, message.delivery_state = ("outbound", "sent") if origin else ("inbound", None)
    if not origin:
        row.last_inbound_at = max(row.last_inbound_at or message.sent_at, message.sent_at)
