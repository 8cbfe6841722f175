"""Conversations of the inbox, and their history."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from frontdesk.conversations.v1 import conversations_pb2 as pb
from services.gateway.domain.present.common import LivePage, Model, Page, moment, moment_or_none, names, values
from services.gateway.domain.present.links import is_link, web_link
from services.gateway.domain.present.messages import (
    ADDRESS_CONFIRMED,
    DELIVERY_STATES,
    DIRECTIONS,
    DeliveryState,
    Direction,
)

Status = Literal["open", "processing", "closed"]

_STATUSES = names(pb.Status, "STATUS_")
STATUS_VALUES = values(pb.Status, "STATUS_")
_HANDLERS = names(pb.Handler, "HANDLER_")
_WINDOWS: dict[str, Any] = {state: state for state in ("open", "human_agent", "templates", "closed")}


class Customer(Model):
    """The other side."""

    id: str
    name: str = Field(description="Empty until the platform told it.")
    picture_url: str | None
    kind: str = Field(examples=["person", "group", "room"])


class MessageSummary(Model):
    """The newest message, as the inbox shows it."""

    id: str
    direction: Direction
    type: str
    preview: str = Field(description="At most 200 characters.")
    sent_at: datetime
    delivery_state: DeliveryState | None


class ReplyWindow(Model):
    """How long an answer is allowed; sending enforces it."""

    state: Literal["open", "human_agent", "templates", "closed"] = Field(
        description="Anything goes; a person may still answer; only templates go; nothing goes."
    )
    closes_at: datetime | None = Field(description="When this state ends; null for the last two.")


class AdSource(Model):
    """An ad that customers came from."""

    ad_id: str = Field(description="The platform's, or what stands for it; a filter of GET /conversations.")
    channel: str
    title: str
    url: str | None = Field(description="Where the ad can be seen.")
    picture_url: str | None
    seen_at: datetime = Field(description="When a customer last came from it.")


class AdSources(Model):
    """At most ten, newest first."""

    sources: list[AdSource]


class Conversation(Model):
    """One thread with one customer on one account."""

    id: str = Field(description="A UUID.")
    channel: str = Field(examples=["line"])
    account_id: str
    status: Status
    handler: Literal["person", "bot"]
    unread_count: int
    starred: bool
    archived: bool
    assignee_id: str | None = Field(description="The teammate who handles it.")
    customer: Customer
    last_message: MessageSummary | None
    version: int = Field(description="Raised by every change; of two copies the higher one is true.")
    created_at: datetime
    sort_at: datetime = Field(description="The inbox order, newest first; ties by id.")
    case_id: str
    can_reply: bool
    cannot_reply_reason: str | None = Field(examples=["blocked", "standby", "left", "phone_only", "window_closed"])
    reply_window: ReplyWindow | None = Field(description="Null where answers are always allowed.")
    ad: AdSource | None = Field(description="The newest ad the customer came from.")
    address_confirmed: bool | None = Field(
        description="Whether the customer's address is proven theirs: false while a form alone named it, true once an "
        "answer came from there or the shop signed it; null where the platform says who writes."
    )


class ConversationPage(LivePage):
    """Newest first."""

    conversations: list[Conversation]


class UnreadCount(Model):
    """How much there is to read."""

    conversations: int = Field(description='Exact up to 999; 1000 means "999+".')


class HistoryEntry(Model):
    """What happened to a conversation."""

    id: str
    case_id: str
    kind: str = Field(examples=["taken_over"])
    actor_id: str | None = Field(description="The teammate who did it; null for the customer and the system.")
    occurred_at: datetime
    fields: dict[str, str]


class HistoryPage(Page):
    """Newest first."""

    entries: list[HistoryEntry]


def conversation(row: pb.Conversation) -> Conversation:
    """One conversation, as lists, answers and socket events show it."""
    return Conversation(
        id=row.id,
        channel=row.channel,
        account_id=row.account_id,
        status=_STATUSES[row.status],
        handler=_HANDLERS[row.handler],
        unread_count=row.unread_count,
        starred=row.starred,
        archived=row.archived,
        assignee_id=row.assignee_id or None,
        customer=_customer(row.customer),
        last_message=_summary(row.last_message) if row.HasField("last_message") else None,
        version=row.version,
        created_at=moment(row.created_at),
        # A conversation without a message has no place of its own yet.
        sort_at=moment(row.sort_at if row.HasField("sort_at") else row.created_at),
        case_id=row.case_id,
        can_reply=row.can_reply,
        cannot_reply_reason=row.cannot_reply_reason or None,
        reply_window=_window(row.reply_window) if row.HasField("reply_window") else None,
        ad=ad_source(row.ad) if row.HasField("ad") else None,
        address_confirmed=ADDRESS_CONFIRMED.get(row.address_proof),
    )


def ad_source(row: pb.AdSource) -> AdSource:
    """One ad."""
    return AdSource(
        ad_id=row.ad_id,
        channel=row.channel,
        title=row.title,
        url=web_link(row.url),
        picture_url=web_link(row.picture_url),
        seen_at=moment(row.seen_at),
    )


def ad_sources(answer: pb.ListAdSourcesResponse) -> AdSources:
    """The newest ads."""
    return AdSources(sources=[ad_source(row) for row in answer.sources])


def conversations(page: pb.ListConversationsResponse, cursor: str) -> ConversationPage:
    """One page of the inbox."""
    rows = [conversation(row) for row in page.conversations]
    return ConversationPage(conversations=rows, next_page_token=page.next_page_token or None, cursor=cursor)


def history(page: pb.ListHistoryResponse) -> HistoryPage:
    """One page of a conversation's history."""
    entries = [
        HistoryEntry(
            id=entry.id,
            case_id=entry.case_id,
            kind=entry.kind,
            actor_id=entry.actor_id or None,
            occurred_at=moment(entry.occurred_at),
            fields={name: value for name, value in entry.fields.items() if not is_link(name) or web_link(value)},
        )
        for entry in page.entries
    ]
    return HistoryPage(entries=entries, next_page_token=page.next_page_token or None)


def _window(row: pb.ReplyWindow) -> ReplyWindow:
    state = _WINDOWS.get(row.state, "closed")
    return ReplyWindow(state=state, closes_at=moment_or_none(row, "closes_at"))


def _customer(row: pb.Customer) -> Customer:
    return Customer(id=row.id, name=row.name, picture_url=web_link(row.picture_url), kind=row.kind)


def _summary(row: pb.MessageSummary) -> MessageSummary:
    return MessageSummary(
        id=row.id,
        direction=DIRECTIONS[row.direction],
        type=row.type,
        preview=row.preview,
        sent_at=moment(row.sent_at),
        delivery_state=DELIVERY_STATES[row.delivery_state],
    )
