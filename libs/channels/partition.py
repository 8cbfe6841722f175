"""Which partition of the inbound streams a contact's events take."""

from hashlib import blake2b

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.bus.subjects import PARTITIONS


def partition_of(account_id: str, alias_kind: str = "", alias_value: str = "") -> int:
    """0 to 63, the same on every machine and for ever. Without an alias, the partition of the account's own events."""
    name = f"{account_id}\0{alias_kind}\0{alias_value}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=4).digest()) % PARTITIONS


def partition_of_event(event: InboundEvent) -> int:
    """The partition of a normalised event, by its contact's most stable alias."""
    if not event.contact.aliases:
        return partition_of(event.account_id)
    alias = event.contact.aliases[0]
    return partition_of(event.account_id, alias.kind, alias.value)
