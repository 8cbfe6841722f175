"""From an event of Messenger or Instagram to an event of ours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.accounts import Account
from libs.channels.events import Parked, RawEvent
from libs.channels.fields import Fields, Unreadable
from libs.channels.keys import dedup_key
from libs.channels.meta.messaging import happenings, messages
from libs.channels.meta.messaging.elements import Element
from libs.channels.meta.messaging.envelopes import LISTS
from libs.channels.meta.messaging.people import identity
from libs.channels.meta.times import event_time
from libs.clock.stamps import timestamp

# Things that happen in public, not in a conversation, and numbers about them.
_PUBLIC = frozenset({"comments", "feed", "live_comments", "mention", "mentions", "ratings", "story_insights"})

Meaning = (
    pb.MessageReceived
    | pb.MessageEchoed
    | pb.MessageEdited
    | pb.MessageUnsent
    | pb.Postback
    | pb.AdReferral
    | pb.MessageReacted
    | pb.Receipt
    | pb.Notice
)
# What each meaning is called in InboundEvent.
_FIELDS: dict[type[Any], str] = {
    pb.MessageReceived: "message",
    pb.MessageEchoed: "echoed",
    pb.MessageEdited: "edited",
    pb.MessageUnsent: "unsent",
    pb.Postback: "postback",
    pb.AdReferral: "referred",
    pb.MessageReacted: "reacted",
    pb.Receipt: "receipt",
    pb.Notice: "notice",
}


def _message(element: Element) -> Meaning:
    content = element.content
    if content.flag("is_deleted"):
        return pb.MessageUnsent(provider_message_id=element.mid())
    if content.flag("is_self"):
        return happenings.notice("message_to_self", mid="message")(element)
    return messages.echoed(element) if element.by_account else messages.received(element)


_CONTROL = {"new_owner_app_id": "new_owner", "previous_owner_app_id": "previous_owner", "metadata": "metadata"}

KINDS: dict[str, Callable[[Element], Meaning]] = {
    "message": _message,
    "message_edit": messages.edited,
    "reaction": happenings.reacted,
    "postback": happenings.postback,
    "delivery": happenings.delivered,
    "read": happenings.read,
    "referral": happenings.referred,
    "optin": happenings.notice("optin", ref="ref", type="type", title="title", user_ref="user_ref"),
    "account_linking": happenings.notice("account_link", status="result"),
    "policy_enforcement": happenings.notice("policy_enforcement", action="action", reason="reason"),
    "policy-enforcement": happenings.notice("policy_enforcement", action="action", reason="reason"),
    "pass_thread_control": happenings.notice("thread_control_passed", **_CONTROL),
    "take_thread_control": happenings.notice("thread_control_taken", **_CONTROL),
    "request_thread_control": happenings.notice(
        "thread_control_requested", requested_owner_app_id="requested_owner", metadata="metadata"
    ),
    "app_roles": happenings.roles,
}
# From now on another app answers.
_LOSES_CONTROL = frozenset({"take_thread_control"})


@dataclass(frozen=True, slots=True)
class Dialect:
    """What tells Messenger and Instagram apart in what they send."""

    channel: str
    alias: str


def normalise(event: RawEvent, account: Account, received_at: datetime, dialect: Dialect) -> pb.InboundEvent | Parked:
    """What the event means; whatever cannot be read is parked with its reason."""
    try:
        return _normalise(event, account, received_at, dialect)
    except Unreadable as error:
        return Parked("unreadable", event.raw, str(error))
    except Exception as error:
        # A mistake of ours must cost one event's delay, never the batch.
        return Parked("reader_failed", event.raw, f"{type(error).__name__}: {error}"[:200])


def _normalise(event: RawEvent, account: Account, received_at: datetime, dialect: Dialect) -> pb.InboundEvent | Parked:
    if event.problem or not isinstance(event.payload, dict):
        return Parked("not_an_object", event.raw, event.problem or f"a {type(event.payload).__name__}")
    values, listed, standby = _item(event.payload)
    if listed in _PUBLIC:
        return Parked("not_a_conversation", event.raw, listed)
    if not isinstance(values, dict):
        return Parked("not_an_object", event.raw, f"a {type(values).__name__}")
    name = next((name for name in KINDS if name in values), "")
    if not name:
        return _unknown(event, values, listed)
    element = Element(values, name, event.recipient, standby or name in _LOSES_CONTROL)
    meaning: Any = KINDS[name](element)
    if isinstance(meaning, pb.Receipt):
        # Nobody has read yet what will be sent tomorrow.
        meaning.watermark_ms = min(meaning.watermark_ms, timestamp(received_at).ToMilliseconds())
    inbound = pb.InboundEvent(
        dedup_key=dedup_key(account.account_id, *_key(element, meaning)),
        tenant_id=account.tenant_id,
        account_id=account.account_id,
        channel=dialect.channel,
        occurred_at=event_time((values.get("timestamp"), event.payload.get("time")), received_at),
        received_at=timestamp(received_at),
        standby=element.standby,
        raw=event.raw,
        **{_FIELDS[type(meaning)]: meaning},
    )
    # Some notices are about the account alone; anything else means nothing without its customer.
    if element.contact or not isinstance(meaning, pb.Notice):
        alias = pb.Alias(kind=dialect.alias, value=element.customer)
        inbound.contact.CopyFrom(pb.Contact(kind=pb.CONTACT_KIND_PERSON, aliases=[alias]))
    return inbound


def _item(entry: dict[str, Any]) -> tuple[Any, str, bool]:
    """The event of an entry, the field it came under ("" in messaging[] and standby[]), and whether another app
    answers."""
    name = next((name for name in LISTS if isinstance(entry.get(name), list) and entry[name]), "")
    item = entry[name][0] if name else entry
    if name in ("messaging", "standby") or not isinstance(item, dict):
        return item, "", name == "standby"
    field = Fields(item).text("field")
    # Meta's dashboards send their examples, and some events, as a change whose value is the event.
    return item.get("value") if field else item, field, field == "standby"


def _unknown(event: RawEvent, values: dict[str, Any], listed: str) -> Parked:
    if listed.startswith("messag"):
        return Parked("unreadable", event.raw, f"the value of {listed[:40]} is no event")
    told = [name for name in values if name not in ("sender", "recipient", "timestamp")]
    return Parked("unknown_event_type", event.raw, listed or " ".join(identity(name) for name in told)[:80])


def _key(element: Element, meaning: Meaning) -> tuple[str, str]:
    """The message's id where the event is the message or takes it back; else who, when and what."""
    if isinstance(meaning, pb.MessageReceived):
        return "message", meaning.provider_message_id
    if isinstance(meaning, pb.MessageEchoed):
        return "echo", meaning.message.provider_message_id
    if isinstance(meaning, pb.MessageUnsent):
        return "unsend", meaning.provider_message_id
    if isinstance(meaning, pb.Postback):
        return "postback", meaning.provider_event_id
    return element.name, element.key
