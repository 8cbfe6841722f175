"""From a shop platform's webhook to events of ours. Which platform sent it, its own fields tell."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels import slices
from libs.channels.accounts import Account
from libs.channels.events import MalformedBody, Parked, RawEvent
from libs.channels.fields import Fields, Unreadable
from libs.channels.keys import dedup_key
from libs.channels.order import generic, shopify, woocommerce
from libs.channels.order.meaning import Meaning, UnknownEvent
from libs.channels.order.signature import is_greeting
from libs.clock.stamps import timestamp

_ADAPTERS: tuple[tuple[Callable[[Fields], bool], Callable[[Fields, datetime], Meaning]], ...] = (
    (generic.recognises, generic.read),
    (shopify.recognises, shopify.read),
    (woocommerce.recognises, woocommerce.read),
)


def split(body: bytes) -> list[RawEvent]:
    """One event a body; [] for WooCommerce's greeting."""
    return [] if is_greeting(body) else [restore(body)]


def restore(raw: bytes) -> RawEvent:
    """The event from its bytes. Raises MalformedBody for what is no JSON object."""
    item = slices.single(slices.decode(raw))
    if not item.problem and not isinstance(item.value, dict):
        raise MalformedBody("not_an_object", f"a {type(item.value).__name__}")
    return RawEvent(item.value, raw, problem=item.problem)


def normalise(event: RawEvent, account: Account, received_at: datetime) -> pb.InboundEvent | Parked:
    """What it means; whatever cannot be read is parked with its reason."""
    if event.problem or not isinstance(event.payload, dict):
        return Parked("not_an_object", event.raw, event.problem)
    try:
        meaning = _read(Fields(event.payload), event.payload, received_at)
        return _inbound(meaning, event.raw, account, received_at)
    except UnknownEvent as error:
        return Parked("unknown_event_type", event.raw, str(error))
    except Unreadable as error:
        return Parked("unreadable", event.raw, str(error))
    except Exception as error:
        # A mistake of ours must cost one event's delay, never more.
        return Parked("reader_failed", event.raw, f"{type(error).__name__}: {error}"[:200])


def _read(fields: Fields, values: dict[str, Any], received_at: datetime) -> Meaning:
    for recognises, read in _ADAPTERS:
        if recognises(fields):
            return read(fields, received_at)
    names = ", ".join(sorted(str(name)[:20] for name in list(values)[:8]))
    raise UnknownEvent(f"neither Shopify's, WooCommerce's nor the generic form: {names}"[:200])


def _inbound(meaning: Meaning, raw: bytes, account: Account, received_at: datetime) -> pb.InboundEvent:
    inbound = pb.InboundEvent(
        dedup_key=dedup_key(account.account_id, meaning.kind, meaning.key),
        tenant_id=account.tenant_id,
        account_id=account.account_id,
        channel="order",
        occurred_at=meaning.occurred_at,
        received_at=timestamp(received_at),
        raw=raw,
    )
    if meaning.contact is not None:
        inbound.contact.CopyFrom(meaning.contact)
    if meaning.message is not None:
        inbound.message.CopyFrom(meaning.message)
    else:
        inbound.notice.CopyFrom(pb.Notice(kind=meaning.kind, provider_event_id=meaning.key, fields=meaning.fields))
    return inbound
