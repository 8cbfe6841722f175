"""What one platform event does to one conversation. Pure: time and ids are passed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as inbound
from libs.clock.ids import time_of_id
from services.conversations.domain.ads import ad_of, note_ad
from services.conversations.domain.changes import Dropped
from services.conversations.domain.content import Content, of_message, of_postback
from services.conversations.domain.conversation import keep_reply_token, note_message
from services.conversations.domain.order import inbound_time, sort_key
from services.conversations.domain.renewal import origin_of
from services.conversations.domain.writers import note_writer, told_of_writer
from services.conversations.models import AdSource, Case, Conversation, HistoryEntry, Message

NewId = Callable[[], UUID]
# The customer's own doing: it tells whether answers arrive.
_BY_CUSTOMER = frozenset(
    {"message", "postback", "followed", "unfollowed", "chat_changed", "notice", "referred", "alias_changed"}
)


@dataclass
class Effects:
    """What applying events made, to be written and announced in this order."""

    messages: list[Message] = field(default_factory=list)
    changed_messages: list[Message] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    ads: list[AdSource] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    # Attachments that messages got by a change.
    attached: list[tuple[Message, list[dict[str, Any]]]] = field(default_factory=list)


def makes_contact(event: inbound.InboundEvent) -> bool:
    """Whether somebody nobody knew becomes a contact by it: a receipt or a reaction speaks of what was sent before."""
    return event.WhichOneof("event") not in {"receipt", "reacted"}


class Applier:
    """Applies events to one conversation, collecting effects."""

    def __init__(self, row: Conversation, effects: Effects, new_id: NewId, now: datetime) -> None:
        self.row = row
        self.effects = effects
        self._new_id = new_id
        self._now = now

    def apply(self, event: inbound.InboundEvent, message_id: UUID) -> Message | None:
        """Everything but changes. Returns the message it made, if any, under the given id."""
        occurred_at = event.occurred_at.ToDatetime(self._now.tzinfo)
        self._note_contact(event, occurred_at)
        self.note_ad(event)
        match event.WhichOneof("event"):
            case "message":
                return self._inbound(event, message_id, of_message(event.message, message_id))
            case "postback":
                return self._inbound(event, message_id, of_postback(event.postback))
            case "echoed":
                return self._echo(event, message_id)
            case "followed":
                keep_reply_token(self.row, event.followed.reply_token, occurred_at)
                self._history("followed", occurred_at, {"unblocked": str(event.followed.unblocked).lower()})
            case "unfollowed":
                self._history("unfollowed", occurred_at, {})
            case "chat_changed":
                keep_reply_token(self.row, event.chat_changed.reply_token, occurred_at)
                names = ", ".join(member.provider_user_id for member in event.chat_changed.members)
                self._history(event.chat_changed.change, occurred_at, {"members": names} if names else {})
            case "notice":
                keep_reply_token(self.row, event.notice.reply_token, occurred_at)
                self._history(event.notice.kind, occurred_at, dict(event.notice.fields))
            case "alias_changed":
                aliases = ", ".join(f"{alias.kind} {alias.value}" for alias in event.alias_changed.aliases)
                self._history("alias_changed", occurred_at, {"text": event.alias_changed.text, "aliases": aliases})
        return None

    def _inbound(self, event: inbound.InboundEvent, message_id: UUID, content: Content) -> Message:
        if self.row.case_id is None or self.row.status == "closed":
            self._open_case("customer")
        content.details |= told_of_writer(event.contact)
        message = self._message(event, message_id, content, "inbound")
        keep_reply_token(self.row, content.reply_token, message.sent_at)
        self.row.subject = content.details.get("subject") or self.row.subject
        return message

    def _echo(self, event: inbound.InboundEvent, message_id: UUID) -> Message:
        """Somebody on our side wrote elsewhere: nothing is unread by it, and a closed case stays closed."""
        if self.row.case_id is None:
            self._open_case("teammate")
        content = of_message(event.echoed.message, message_id)
        return self._message(event, message_id, content, "outbound", "sent", origin_of(event))

    def _message(
        self,
        event: inbound.InboundEvent,
        message_id: UUID,
        content: Content,
        direction: str,
        delivery_state: str | None = None,
        origin: str = "",
    ) -> Message:
        sent_at = inbound_time(event.occurred_at.ToDatetime(self._now.tzinfo), self._now)
        sequence = self.row.last_sequence + 1
        message = Message(
            tenant_id=self.row.tenant_id,
            id=message_id,
            stored_at=time_of_id(message_id),
            conversation_id=self.row.id,
            case_id=self.row.case_id,
            direction=direction,
            type=content.type,
            text=content.text,
            attachments=content.attachments,
            details=content.details,
            provider_message_id=content.provider_id,
            sequence=sequence,
            sort_key=sort_key(sent_at, sequence),
            sent_at=sent_at,
            delivery_state=delivery_state,
            sender_id=content.sender.provider_user_id,
            sender_name=content.sender.display_name,
            origin=origin,
        )
        note_message(self.row, message, self._now)
        self.row.version += 1
        self.effects.messages.append(message)
        return message

    def _open_case(self, by: str) -> None:
        """A customer's message to a closed conversation opens a new case, unassigned."""
        case = Case(self.row.tenant_id, self._new_id(), self.row.id, by, self._now)
        self.row.case_id, self.row.status, self.row.assignee_id = case.id, "open", None
        self.effects.cases.append(case)
        self._history("case_opened", self._now, {"by": by})

    def _note_contact(self, event: inbound.InboundEvent, occurred_at: datetime) -> None:
        """The contact's name, and whether answers can arrive, by the newest event that tells."""
        note_writer(self.row, event.contact)
        kind = event.WhichOneof("event")
        if kind not in _BY_CUSTOMER:
            return
        if kind == "unfollowed":
            reach = "blocked"
        elif kind == "chat_changed" and event.chat_changed.change == "account_left":
            reach = "left"
        else:
            reach = "standby" if event.standby else event.contact.unreachable
        newest = self.row.reach_changed_at
        if reach != self.row.reach and (newest is None or occurred_at >= newest):
            self.row.reach, self.row.reach_changed_at = reach, occurred_at
        elif newest is None or occurred_at > newest:
            self.row.reach_changed_at = occurred_at

    def note_ad(self, event: inbound.InboundEvent) -> None:
        """Every way an ad is told leaves a line, but for the same click once more."""
        occurred_at = event.occurred_at.ToDatetime(self._now.tzinfo)
        ad = ad_of(event)
        if ad is not None:
            known = (self.row.ad_id, self.row.ad_click_id)
            source = note_ad(self.row, ad, inbound_time(occurred_at, self._now))
            if source is not None:
                self.effects.ads.append(source)
            if source is not None and (source.ad_id, ad.click_id) != known:
                self._history("came_from_ad", occurred_at, _words(ad, "ad_id", "title", "url", "ref", "click_id"))
            self.row.version += 1
        elif event.WhichOneof("event") == "referred":
            self._history("came_from_link", occurred_at, _words(event.referred, "source", "ref", "url"))

    def _history(self, kind: str, at: datetime, fields: dict[str, str]) -> None:
        self.row.version += 1
        self.effects.history.append(
            HistoryEntry(self.row.tenant_id, self._new_id(), self.row.id, self.row.case_id, kind, at, fields=fields)
        )


def _words(referral: inbound.AdReferral, *names: str) -> dict[str, str]:
    return {name: value for name in names if (value := getattr(referral, name))}
