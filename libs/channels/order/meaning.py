"""What an adapter reads of a shop platform's event, and what the adapters share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.times import provider_time
from libs.clock.stamps import timestamp


class UnknownEvent(ValueError):
    """An event that no adapter reads; says of which kind it is."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One event. kind: "message" with a message, else a notice's ("order_created", "member_updated"). key: the
    platform's own, the same for every delivery. contact None: it concerns no order."""

    kind: str
    key: str
    occurred_at: Timestamp
    contact: pb.Contact | None = None
    message: pb.MessageReceived | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def order_contact(order_id: str, name: str, email: str = "", phone: str = "", member_id: str = "") -> pb.Contact:
    """The other side of an order's conversation: an order has one of its own, whoever ordered."""
    contact = pb.Contact(kind=pb.CONTACT_KIND_PERSON, display_name=name, email=email, phone=phone, member_id=member_id)
    contact.aliases.add(kind="order", value=order_id)
    return contact


def iso_time(text: str, received_at: datetime) -> Timestamp:
    """An ISO 8601 time, UTC where it names no zone; received_at for what is none or cannot be true."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return timestamp(received_at)
    aware = given if given.tzinfo else given.replace(tzinfo=UTC)
    return provider_time(int(aware.timestamp() * 1000), received_at)


def full_name(first: str, last: str) -> str:
    """Both names; Chinese ones as they are written, family name first and without a space."""
    parts = [part for part in (first, last) if part]
    if len(parts) == 2 and not (first + last).isascii():
        return last + first
    return " ".join(parts)


def present(**values: str) -> dict[str, str]:
    """Those that say something."""
    return {name: value for name, value in values.items() if value}
