"""Rows as the contracts show them."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from frontdesk.conversations.v1 import conversations_pb2 as pb
from libs.clock.stamps import timestamp
from services.conversations.domain.conversation import preview
from services.conversations.domain.window import Windows
from services.conversations.models import AdSource, Conversation, HistoryEntry, Message

_STATUS = {"open": pb.STATUS_OPEN, "processing": pb.STATUS_PROCESSING, "closed": pb.STATUS_CLOSED}
_HANDLER = {"person": pb.HANDLER_PERSON, "bot": pb.HANDLER_BOT}
_DIRECTION = {"inbound": pb.DIRECTION_INBOUND, "outbound": pb.DIRECTION_OUTBOUND}
_DELIVERY = {
    "queued": pb.DELIVERY_STATE_QUEUED,
    "sending": pb.DELIVERY_STATE_SENDING,
    "sent": pb.DELIVERY_STATE_SENT,
    "delivered": pb.DELIVERY_STATE_DELIVERED,
    "read": pb.DELIVERY_STATE_READ,
    "failed": pb.DELIVERY_STATE_FAILED,
    "unconfirmed": pb.DELIVERY_STATE_UNCONFIRMED,
}
STATUS_NAMES = {value: name for name, value in _STATUS.items()}
# What the platform needs to quote a message or mark it read is for delivery, not for screens; the rest has fields.
_UNSHOWN = frozenset(
    {
        *("quote_token", "mark_as_read_token", "reaction", "accepted_at_ms", "refused_attempt", "quoted_id", "quote"),
        "address_proof",
        "edit_key",
    }
)
_ATTACHMENT_FIELDS = frozenset(field.name for field in pb.MessageAttachment.DESCRIPTOR.fields)
# By the id of the message that quotes.
Quotes = Mapping[UUID, Message]


def conversation(row: Conversation, windows: Windows) -> pb.Conversation:
    """An inbox row."""
    reason = windows.reason(row)
    return pb.Conversation(
        id=str(row.id),
        tenant_id=str(row.tenant_id),
        channel=row.channel,
        account_id=row.account_id,
        status=_STATUS[row.status],
        handler=_HANDLER[row.handler],
        unread_count=row.unread_count,
        starred=row.starred,
        archived=row.archived,
        assignee_id=_text(row.assignee_id),
        customer=pb.Customer(
            id=str(row.contact_id), name=row.contact_name, picture_url=row.contact_picture_url, kind=row.contact_kind
        ),
        last_message=_summary(row),
        version=row.version,
        created_at=timestamp(row.created_at),
        sort_at=timestamp(row.sort_at) if row.sort_at else None,
        case_id=_text(row.case_id),
        salesperson_id=row.salesperson_id or "",
        store_id=row.store_id or "",
        can_reply=not reason,
        cannot_reply_reason=reason,
        reply_window=_window(row, windows),
        ad=_ad(row),
        address_proof=row.address_proof,
    )


def ad_source(row: AdSource) -> pb.AdSource:
    """An ad that customers came from."""
    return pb.AdSource(
        ad_id=row.ad_id,
        title=row.title,
        url=row.url,
        picture_url=row.picture_url,
        seen_at=timestamp(row.seen_at),
        channel=row.channel,
    )


def _window(row: Conversation, windows: Windows) -> pb.ReplyWindow | None:
    window = windows.of(row)
    if window is None:
        return None
    return pb.ReplyWindow(state=window.state, closes_at=timestamp(window.closes_at) if window.closes_at else None)


def _ad(row: Conversation) -> pb.AdSource | None:
    if row.ad_id is None or row.ad_at is None:
        return None
    return ad_source(
        AdSource(row.tenant_id, row.channel, row.ad_id, row.ad_title, row.ad_url, row.ad_picture_url, row.ad_at)
    )


def _summary(row: Conversation) -> pb.MessageSummary | None:
    if row.last_message_id is None or row.last_sent_at is None:
        return None
    return pb.MessageSummary(
        id=str(row.last_message_id),
        direction=_DIRECTION[row.last_direction or "inbound"],
        type=row.last_type or "",
        preview=row.last_preview or "",
        sent_at=timestamp(row.last_sent_at),
        delivery_state=_DELIVERY.get(row.last_delivery_state or "", pb.DELIVERY_STATE_UNSPECIFIED),
    )


def message(row: Message, quotes: Quotes) -> pb.Message:
    """One message of a thread, with the one it quotes where that is known."""
    quoted = quotes.get(row.id)
    return pb.Message(
        id=str(row.id),
        tenant_id=str(row.tenant_id),
        conversation_id=str(row.conversation_id),
        direction=_DIRECTION[row.direction],
        type=row.type,
        text=row.text,
        attachments=[_attachment(attachment) for attachment in row.attachments],
        provider_message_id=row.provider_message_id,
        sequence=row.sequence,
        sent_at=timestamp(row.sent_at),
        delivery_state=_DELIVERY.get(row.delivery_state or "", pb.DELIVERY_STATE_UNSPECIFIED),
        failure_code=row.failure_code,
        failure_detail=row.failure_detail,
        author_id=_text(row.author_id),
        sender_name=row.sender_name,
        edited=row.edited_at is not None,
        unsent=row.unsent_at is not None,
        version=row.version,
        sort_key=row.sort_key,
        details_json=_details(row),
        case_id=_text(row.case_id),
        attempt=row.attempt,
        quoted=_quoted(quoted) if quoted is not None else None,
        reactions=_reactions(row),
        origin=row.origin,
        address_proof=row.details.get("address_proof", ""),
    )


def _quoted(row: Message) -> pb.QuotedMessage:
    return pb.QuotedMessage(
        id=str(row.id),
        direction=_DIRECTION[row.direction],
        type="unsent" if row.unsent_at else row.type,
        preview=preview(row),
    )


def _reactions(row: Message) -> list[pb.Reaction]:
    emoji = row.details.get("reaction", {}).get("emoji")
    return [pb.Reaction(emoji=emoji, by="customer")] if emoji else []


def _attachment(attachment: Mapping[str, Any]) -> pb.MessageAttachment:
    return pb.MessageAttachment(**{name: value for name, value in attachment.items() if name in _ATTACHMENT_FIELDS})


def _details(row: Message) -> str:
    shown = {name: value for name, value in row.details.items() if name not in _UNSHOWN}
    if "template" in shown:
        shown["template"] = {name: shown["template"][name] for name in ("name", "language")}
    return json.dumps(shown, ensure_ascii=False) if shown else ""


def history_entry(row: HistoryEntry) -> pb.HistoryEntry:
    """One line of a conversation's history."""
    return pb.HistoryEntry(
        id=str(row.id),
        case_id=_text(row.case_id),
        kind=row.kind,
        actor_id=_text(row.actor_id),
        occurred_at=timestamp(row.occurred_at),
        fields=row.fields,
    )


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)
