"""Platform events as ingestion publishes them: what one customer of one account does."""

import itertools
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as pb

_numbers = itertools.count(1)


def unique(prefix: str = "x") -> str:
    """A text that no other test of this run uses."""
    return f"{prefix}{next(_numbers)}-{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Customer:
    """One person (or group) writing to one account. Every method gives an event; nothing is sent."""

    tenant_id: UUID
    account_id: str = "our-line"
    alias: str = field(default_factory=lambda: unique("U"))
    kind: str = "line_user"
    channel: str = "line"

    def wrote(self, text: str = "hello", *, id: str = "", at: datetime | None = None, **fields: Any) -> pb.InboundEvent:
        """A text message. id: the platform's; fields: of MessageReceived."""
        provider_id = id or unique("m")
        content = pb.MessageReceived(provider_message_id=provider_id, type="text", text=text)
        content.MergeFrom(pb.MessageReceived(**fields))
        return self.event("message", provider_id, at, message=content)

    def edited(self, message_id: str, text: str, at: datetime | None = None, **fields: Any) -> pb.InboundEvent:
        """An edit of one of their messages."""
        edit = pb.MessageEdited(provider_message_id=message_id, text=text, **fields)
        return self.event("messageEdited", unique("e"), at, edited=edit)

    def unsent(self, message_id: str, at: datetime | None = None) -> pb.InboundEvent:
        """One of their messages taken back."""
        return self.event("unsend", message_id, at, unsent=pb.MessageUnsent(provider_message_id=message_id))

    def followed(self, at: datetime | None = None, **fields: Any) -> pb.InboundEvent:
        """They became a friend, or are one again."""
        return self.event("follow", unique("f"), at, followed=pb.Followed(**fields))

    def blocked(self, at: datetime | None = None) -> pb.InboundEvent:
        """They blocked the account."""
        return self.event("unfollow", unique("f"), at, unfollowed=pb.Unfollowed())

    def pressed(self, data: str, at: datetime | None = None, *, id: str = "", **fields: Any) -> pb.InboundEvent:
        """A button of ours. id: the platform's."""
        key = id or unique("p")
        return self.event("postback", key, at, postback=pb.Postback(provider_event_id=key, data=data, **fields))

    def chat_changed(self, change: str, *members: str, at: datetime | None = None) -> pb.InboundEvent:
        """Somebody, or the account, came or went."""
        people = [pb.Sender(provider_user_id=member) for member in members]
        return self.event(change, unique("c"), at, chat_changed=pb.ChatChanged(change=change, members=people))

    def noticed(self, kind: str, at: datetime | None = None, **fields: str) -> pb.InboundEvent:
        """Something for the history alone."""
        return self.event(kind, unique("n"), at, notice=pb.Notice(kind=kind, fields=fields))

    def echoed(
        self, text: str, *, id: str = "", at: datetime | None = None, reference: str = "", app: str = "", **fields: Any
    ) -> pb.InboundEvent:
        """Somebody on the account's side wrote to them. fields: of MessageReceived."""
        content = pb.MessageReceived(provider_message_id=id or unique("m"), type="text", text=text)
        content.MergeFrom(pb.MessageReceived(**fields))
        echo = pb.MessageEchoed(message=content, reference=reference, app_id=app)
        return self.event("echo", content.provider_message_id, at, echoed=echo)

    def receipt(
        self, state: str, *ids: str, at: datetime | None = None, until: datetime | None = None, **fields: Any
    ) -> pb.InboundEvent:
        """What became of messages to them: of these, or of all until a moment. fields: of Receipt."""
        watermark = int(until.timestamp() * 1000) if until else 0
        told = pb.Receipt(state=state, provider_message_ids=ids, watermark_ms=watermark, **fields)
        return self.event(f"receipt-{state}", unique("r"), at, receipt=told)

    def reacted(self, message_id: str, emoji: str, at: datetime | None = None) -> pb.InboundEvent:
        """An emoji on a message; "" takes it back."""
        return self.event(
            "reaction", unique("r"), at, reacted=pb.MessageReacted(provider_message_id=message_id, emoji=emoji)
        )

    def referred(self, at: datetime | None = None, **fields: Any) -> pb.InboundEvent:
        """They came from an ad, or by a link. fields: of AdReferral."""
        return self.event("referral", unique("r"), at, referred=pb.AdReferral(**{"source": "ad", **fields}))

    def renamed(self, *aliases: tuple[str, str], at: datetime | None = None, text: str = "") -> pb.InboundEvent:
        """The platform knows them under these kinds and ids from now on."""
        new = [pb.Alias(kind=kind, value=value) for kind, value in aliases]
        return self.event("alias", unique("a"), at, alias_changed=pb.AliasChanged(aliases=new, text=text))

    def event(self, kind: str, key: str, at: datetime | None = None, **content: Any) -> pb.InboundEvent:
        """Any event of this contact."""
        made = pb.InboundEvent(
            dedup_key=f"{self.account_id}:{kind}:{key}",
            tenant_id=str(self.tenant_id),
            account_id=self.account_id,
            channel=self.channel,
            contact=pb.Contact(kind=_contact_kind(self.kind), aliases=[pb.Alias(kind=self.kind, value=self.alias)]),
            **content,
        )
        made.occurred_at.FromDatetime(at or datetime.now(UTC))
        made.received_at.FromDatetime(datetime.now(UTC))
        return made


def _contact_kind(alias_kind: str) -> pb.ContactKind:
    known = {"line_group": pb.CONTACT_KIND_GROUP, "line_room": pb.CONTACT_KIND_ROOM}
    return known.get(alias_kind, pb.CONTACT_KIND_PERSON)


def known_as(event: pb.InboundEvent, *aliases: tuple[str, str]) -> pb.InboundEvent:
    """The same event of somebody with these names, most stable first."""
    del event.contact.aliases[:]
    event.contact.aliases.extend(pb.Alias(kind=kind, value=value) for kind, value in aliases)
    return event


def replayed(event: pb.InboundEvent, **content: Any) -> pb.InboundEvent:
    """The same event, published again from the ledger; content: what the platform's bytes mean by now, where that is
    something else."""
    copy = pb.InboundEvent.FromString(event.SerializeToString())
    copy.replayed = True
    copy.MergeFrom(pb.InboundEvent(**content))
    return copy
