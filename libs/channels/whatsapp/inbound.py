"""From an event of WhatsApp's to one of ours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.accounts import Account
from libs.channels.events import Parked, RawEvent
from libs.channels.fields import Unreadable
from libs.channels.keys import content_key, dedup_key
from libs.channels.meta.times import event_time
from libs.channels.whatsapp import happenings, messages, people
from libs.channels.whatsapp.people import Event
from libs.channels.whatsapp.statuses import STATES, receipt, status_key
from libs.clock.stamps import timestamp


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of event is read: its name in keys, its meaning, its key, and whom it concerns."""

    name: str
    read: Callable[[Event], Any]
    key: Callable[[Event], str]
    contact: Callable[[Event], pb.Contact] | None


def _id(event: Event) -> str:
    return messages.message_id(event.item)


def _content(event: Event) -> str:
    """Everything but who it is said of: the same change at another time is another one."""
    return content_key(event.values, ("contact", "metadata"))


def _received(event: Event) -> pb.MessageReceived:
    received = messages.message(event.item)
    sender = people.sender_of(event)
    if sender:
        received.sender.CopyFrom(sender)
    return received


def _echoed(event: Event) -> pb.MessageEchoed:
    return pb.MessageEchoed(message=messages.message(event.item))


# By the list an item came in and its type; "" for any other type.
KINDS: dict[tuple[str, str], Kind] = {
    ("messages", ""): Kind("message", _received, _id, people.author_of),
    ("messages", "edit"): Kind("edit", lambda event: messages.edited(event.item), _id, people.author_of),
    ("messages", "revoke"): Kind("revoke", lambda event: messages.revoked(event.item), _id, people.author_of),
    ("messages", "reaction"): Kind("reaction", lambda event: messages.reacted(event.item), _id, people.author_of),
    ("messages", "system"): Kind("system", happenings.system, _id, people.former_of),
    ("message_echoes", ""): Kind("echo", _echoed, _id, people.addressee_of),
    ("message_echoes", "edit"): Kind("edit", lambda event: messages.edited(event.item), _id, people.addressee_of),
    ("message_echoes", "revoke"): Kind("revoke", lambda event: messages.revoked(event.item), _id, people.addressee_of),
    ("message_echoes", "reaction"): Kind("reaction", happenings.reaction_echo, _id, people.addressee_of),
    ("statuses", ""): Kind(
        "status", lambda event: receipt(event.item), lambda event: status_key(event.item), people.recipient_of
    ),
    ("statuses", "call"): Kind(
        "call", happenings.call_status, lambda event: status_key(event.item), people.recipient_of
    ),
    ("calls", ""): Kind("call", happenings.call, _content, people.caller_of),
    ("user_preferences", ""): Kind("user_preferences", happenings.preference, _content, people.named_of),
    ("user_id_update", ""): Kind("user_id_update", happenings.user_id_changed, _content, people.renamed_of),
    ("errors", ""): Kind("error", happenings.error, _content, None),
    ("change", ""): Kind("change", happenings.account_change, _content, None),
}
_FIELDS: dict[type, str] = {
    pb.MessageReceived: "message",
    pb.MessageEdited: "edited",
    pb.MessageUnsent: "unsent",
    pb.MessageReacted: "reacted",
    pb.MessageEchoed: "echoed",
    pb.Receipt: "receipt",
    pb.AliasChanged: "alias_changed",
    pb.Notice: "notice",
}


def normalise(event: RawEvent, account: Account, received_at: datetime) -> pb.InboundEvent | Parked:
    """What the event means; whatever cannot be read is parked with its reason."""
    try:
        return _normalise(event, account, received_at)
    except Unreadable as error:
        return Parked("unreadable", event.raw, str(error))
    except Exception as error:
        # A mistake of ours must cost one event's delay, never the batch.
        return Parked("reader_failed", event.raw, f"{type(error).__name__}: {error}"[:200])


def _normalise(raw: RawEvent, account: Account, received_at: datetime) -> pb.InboundEvent | Parked:
    if raw.problem or not isinstance(raw.payload, dict):
        return Parked("not_an_object", raw.raw, raw.problem or f"a {type(raw.payload).__name__}")
    event = Event(raw.payload)
    unknown = _unknown(event)
    if unknown:
        return Parked(unknown[0], raw.raw, unknown[1][:80])
    kind = _kind(event)
    meaning = kind.read(event)
    key = kind.key(event)
    if hasattr(meaning, "provider_event_id"):
        meaning.provider_event_id = key
    inbound = pb.InboundEvent(
        dedup_key=dedup_key(account.account_id, kind.name, key),
        tenant_id=account.tenant_id,
        account_id=account.account_id,
        channel="whatsapp",
        occurred_at=event_time((event.item.values.get("timestamp"), event.values.get("time")), received_at),
        received_at=timestamp(received_at),
        raw=raw.raw,
        **{_FIELDS[type(meaning)]: meaning},
    )
    if kind.contact:
        inbound.contact.CopyFrom(kind.contact(event))
    return inbound


def _kind(event: Event) -> Kind:
    listed = event.text("kind")
    return KINDS.get((listed, event.item.text("type"))) or KINDS[listed, ""]


def _unknown(event: Event) -> tuple[str, str] | None:
    """Why nobody here knows what this is, and its name; None for what is known."""
    listed, item = event.text("kind"), event.item
    if listed == "change" and event.text("field") not in happenings.ACCOUNT_FIELDS:
        return "unknown_field", event.text("field")
    if listed == "statuses" and item.text("type") != "call" and item.text("status") not in STATES:
        return "unknown_status", item.text("status")
    return None
