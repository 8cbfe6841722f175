"""Subjects and headers: how they are built, and what they mean when they come back."""

import re
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from google.protobuf.message import Message

MSG_ID = "Nats-Msg-Id"
TYPE = "Frontdesk-Type"
TENANT = "Frontdesk-Tenant"

LIVE = "live"
BULK = "bulk"
# Fixed for ever: changing it would let two replicas work on one contact during the change.
PARTITIONS = 64
GROUPS = 4

_PLAIN = re.compile(r"[A-Za-z0-9_-]+\Z")
_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def token(value: str) -> str:
    """One subject token for any text: letters, digits, "-" and "_" stay, other bytes become "=XX" (hex)."""
    if _PLAIN.match(value):
        return value
    plain = b"-_" + bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123))
    return "".join(chr(byte) if byte in plain else f"={byte:02X}" for byte in value.encode()) or "="


@lru_cache(maxsize=4096)
def inbound(lane: str, channel: str, partition: int) -> str:
    """Where ingestion publishes what a platform sent."""
    if lane not in (LIVE, BULK) or not 0 <= partition < PARTITIONS:
        raise ValueError(f"no such lane or partition: {lane}, {partition}")
    return f"inbound.{lane}.{token(channel)}.{partition}"


def group_filters(lane: str, group: int) -> tuple[str, ...]:
    """The subjects of one of the four partition groups of a lane."""
    return tuple(f"inbound.{lane}.*.{number}" for number in range(group, PARTITIONS, GROUPS))


@dataclass(frozen=True, slots=True)
class EventSubject:
    """events.<tenant>.<service>.<name>"""

    tenant_id: UUID
    service: str
    name: str


@lru_cache(maxsize=256)
def event_name(full_name: str) -> tuple[str, str]:
    """("conversations", "message_stored") for "frontdesk.conversations.v1.MessageStored"."""
    _product, service, _version, name = full_name.split(".")
    return service, _WORD_START.sub("_", name).lower()


def event_subject(tenant_id: UUID, service: str, name: str) -> str:
    """Where a fact of a tenant is published; name in snake_case."""
    return f"events.{tenant_id}.{service}.{name}"


def subject_of(tenant_id: UUID, message: Message) -> str:
    """Where a fact is published, by its type."""
    return event_subject(tenant_id, *event_name(message.DESCRIPTOR.full_name))


def parse_event(subject: str) -> EventSubject:
    """The parts of an event's subject; ValueError for any other."""
    root, tenant, service, name = subject.split(".")
    if root != "events":
        raise ValueError(f"not an event subject: {subject}")
    return EventSubject(UUID(tenant), service, name)


def dead(consumer: str) -> str:
    """Where a consumer's dead letters go."""
    return f"dead.{token(consumer)}"
