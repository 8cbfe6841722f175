"""From a LINE webhook body to events of ours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels import slices
from libs.channels.accounts import Account
from libs.channels.events import Parked, RawEvent
from libs.channels.fields import Fields, Unreadable
from libs.channels.keys import content_key, dedup_key
from libs.channels.line import happenings, messages
from libs.channels.line.source import contact_of
from libs.channels.times import provider_time
from libs.clock.stamps import timestamp

# What may differ when LINE sends an event again.
_OF_THE_DELIVERY = ("replyToken", "deliveryContext", "mode", "webhookEventId")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one event type is read: into which field of InboundEvent, and whether it concerns a contact."""

    field: str
    read: Callable[[Fields, str], Any]
    has_contact: bool = True


def _notice(kind: str, section: str = "", has_contact: bool = True, **fields: str) -> Kind:
    return Kind("notice", happenings.notice(kind, section, fields), has_contact)


KINDS: dict[str, Kind] = {
    "message": Kind("message", messages.message),
    "messageEdited": Kind("edited", messages.edited),
    "unsend": Kind("unsent", messages.unsent),
    "follow": Kind("followed", happenings.followed),
    "unfollow": Kind("unfollowed", happenings.unfollowed),
    "postback": Kind("postback", happenings.postback),
    "join": Kind("chat_changed", happenings.chat_changed("account_joined")),
    "leave": Kind("chat_changed", happenings.chat_changed("account_left")),
    "memberJoined": Kind("chat_changed", happenings.chat_changed("members_joined", "joined")),
    "memberLeft": Kind("chat_changed", happenings.chat_changed("members_left", "left")),
    "videoPlayComplete": _notice("video_play_complete", "videoPlayComplete", trackingId="tracking_id"),
    "beacon": _notice("beacon", "beacon", hwid="hardware_id", type="type", dm="device_message"),
    "accountLink": _notice("account_link", "link", result="result", nonce="nonce"),
    "membership": _notice("membership", "membership", type="type", membershipId="membership_id"),
    "module": _notice("module", "module", False, type="type", botId="bot_id", scopes="scopes", reason="reason"),
    "activated": _notice("activated", "chatControl", False, expireAt="expires_at_ms"),
    "deactivated": _notice("deactivated", has_contact=False),
    "botSuspended": _notice("bot_suspended", has_contact=False),
    "botResumed": _notice("bot_resumed", has_contact=False),
}


def split(body: bytes) -> list[RawEvent]:
    """The items of "events", each with its exact text; [] for the console's check of the address."""
    return [_raw(item) for item in slices.array_items(slices.decode(body), "events")]


def restore(raw: bytes) -> RawEvent:
    """An event from the bytes that were kept of it."""
    return _raw(slices.single(slices.decode(raw)))


def normalise(event: RawEvent, account: Account, received_at: datetime) -> pb.InboundEvent | Parked:
    """What the event means; whatever cannot be read is parked with its reason."""
    try:
        return _normalise(event, account, received_at)
    except Unreadable as error:
        return Parked("unreadable", event.raw, str(error))
    except Exception as error:
        # A mistake of ours must cost one event's delay, never the batch: LINE does not send it again.
        return Parked("reader_failed", event.raw, f"{type(error).__name__}: {error}"[:200])


def _normalise(event: RawEvent, account: Account, received_at: datetime) -> pb.InboundEvent | Parked:
    if event.problem or not isinstance(event.payload, dict):
        return Parked("not_an_object", event.raw, event.problem or f"a {type(event.payload).__name__}")
    fields = Fields(event.payload)
    name = fields.identifier("type")
    kind = KINDS.get(name)
    if kind is None:
        return Parked("unknown_event_type", event.raw, name[:80])
    standby = fields.text("mode") == "standby"
    meaning = kind.read(fields, "" if standby else fields.text("replyToken"))
    key = _key(fields, meaning)
    if hasattr(meaning, "provider_event_id"):
        meaning.provider_event_id = key
    inbound = pb.InboundEvent(
        dedup_key=dedup_key(account.account_id, name, key),
        tenant_id=account.tenant_id,
        account_id=account.account_id,
        channel="line",
        occurred_at=provider_time(event.payload.get("timestamp"), received_at),
        received_at=timestamp(received_at),
        redelivery=fields.optional("deliveryContext").flag("isRedelivery"),
        standby=standby,
        raw=event.raw,
        **{kind.field: meaning},
    )
    if kind.has_contact or event.payload.get("source") is not None:
        inbound.contact.CopyFrom(contact_of(fields))
    return inbound


def _key(fields: Fields, meaning: Any) -> str:
    """The message's id where the event is the message or takes it back; else LINE's id of the event.

    One message can be edited many times, so an edit goes by its own event. Old events have no id: their content is it.
    """
    if isinstance(meaning, pb.MessageReceived | pb.MessageUnsent):
        return meaning.provider_message_id
    return fields.text("webhookEventId") or content_key(fields.values, _OF_THE_DELIVERY)


def _raw(item: slices.Item) -> RawEvent:
    return RawEvent(item.value, slices.encode(item.text), problem=item.problem)
