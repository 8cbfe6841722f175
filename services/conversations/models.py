"""The rows this service owns, as the code holds them. Column names are field names."""

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(slots=True)
class Conversation:
    """One inbox row. reach is "" while answers arrive, else why they cannot: blocked, standby, left, phone_only.
    address_proof: "claimed" until an answer from the customer's address, or the shop, makes it "proven"; else "".
    delivered_until and read_until are the platform's watermarks; ad_* the newest ad the customer came from."""

    tenant_id: UUID
    id: UUID
    contact_id: UUID
    account_id: str
    channel: str
    contact_kind: str
    created_at: datetime
    contact_name: str = ""
    contact_picture_url: str = ""
    status: str = "open"
    handler: str = "person"
    assignee_id: UUID | None = None
    unread_count: int = 0
    starred: bool = False
    archived: bool = False
    salesperson_id: str | None = None
    store_id: str | None = None
    case_id: UUID | None = None
    last_message_id: UUID | None = None
    last_direction: str | None = None
    last_type: str | None = None
    last_preview: str | None = None
    last_sent_at: datetime | None = None
    last_delivery_state: str | None = None
    last_sort_key: str = ""
    last_sequence: int = 0
    reach: str = ""
    reach_changed_at: datetime | None = None
    address_proof: str = ""
    reply_token: str = ""
    reply_token_at: datetime | None = None
    last_requested_id: UUID | None = None
    last_requested_attempt: int = 0
    last_inbound_at: datetime | None = None
    delivered_until: datetime | None = None
    read_until: datetime | None = None
    subject: str = ""
    ad_id: str | None = None
    ad_click_id: str = ""
    ad_title: str = ""
    ad_url: str = ""
    ad_picture_url: str = ""
    ad_at: datetime | None = None
    version: int = 0
    sort_at: datetime | None = None


@dataclass(slots=True)
class Message:
    """One message of a thread. details holds what its type needs to be drawn: entities, sticker, location, quote; and
    what is never shown (see domain/snapshots.py). origin, of outbound ones: desk, native_app or other_app."""

    tenant_id: UUID
    id: UUID
    stored_at: datetime
    conversation_id: UUID
    case_id: UUID | None
    direction: str
    type: str
    sequence: int
    sort_key: str
    sent_at: datetime
    text: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    provider_message_id: str = ""
    delivery_state: str | None = None
    failure_code: str = ""
    failure_detail: str = ""
    attempt: int = 1
    author_id: UUID | None = None
    sender_id: str = ""
    sender_name: str = ""
    edited_at: datetime | None = None
    unsent_at: datetime | None = None
    origin: str = ""
    version: int = 1


@dataclass(slots=True)
class Contact:
    """A customer, group or room on one channel account."""

    tenant_id: UUID
    id: UUID
    account_id: str
    channel: str
    kind: str
    name: str
    created_at: datetime
    profile_requested_at: datetime | None
    email: str = ""
    phone: str = ""
    member_id: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class AdSource:
    """An ad that customers of a channel came from, as the newest of them told it."""

    tenant_id: UUID
    channel: str
    ad_id: str
    title: str
    url: str
    picture_url: str
    seen_at: datetime


@dataclass(slots=True)
class Case:
    """One episode of a conversation, from open to closed."""

    tenant_id: UUID
    id: UUID
    conversation_id: UUID
    opened_by: str
    opened_at: datetime


@dataclass(slots=True)
class HistoryEntry:
    """One line of who handled a conversation and what changed. actor_id is None for the customer and the system."""

    tenant_id: UUID
    id: UUID
    conversation_id: UUID
    case_id: UUID | None
    kind: str
    occurred_at: datetime
    actor_id: UUID | None = None
    fields: dict[str, str] = field(default_factory=dict)


CONVERSATION_COLUMNS = tuple(f.name for f in dataclasses.fields(Conversation))
MESSAGE_COLUMNS = tuple(f.name for f in dataclasses.fields(Message))
