"""The outbox: facts are written in the transaction that makes them true, and published after it."""

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from google.protobuf.message import Message

from libs.bus.errors import MessageTooLargeError, PublishRejectedError
from libs.bus.messages import MAX_PAYLOAD, Outgoing
from libs.bus.streams import stream_of
from libs.db.unit import Unit

SHARDS = 8

_INSERT = """
INSERT INTO outbox (shard, ordering_key, tenant_id, subject, type, msg_id, payload, headers)
SELECT shard, ordering_key, tenant_id, subject, type, msg_id, payload, headers::jsonb
FROM unnest($1::smallint[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::text[])
    WITH ORDINALITY AS fact (shard, ordering_key, tenant_id, subject, type, msg_id, payload, headers, position)
ORDER BY position"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event to publish. msg_id: the same for the same fact, however often it is published. ordering_key: facts
    with the same key (a conversation's id, say) are published in the order they were added."""

    subject: str
    message: Message
    msg_id: str
    tenant_id: UUID
    ordering_key: str


class Outbox:
    """Adds facts to the service's outbox table. wake: told the shards once they are committed, usually
    OutboxRelay.wake; without it a relay finds them when it polls."""

    def __init__(self, wake: Callable[[Iterable[int]], None] | None = None) -> None:
        self._wake = wake

    async def add(
        self, unit: Unit, message: Message, tenant_id: UUID, subject: str, msg_id: str, ordering_key: str = ""
    ) -> None:
        """One fact; without an ordering key it keeps its place among the tenant's."""
        await self.add_many(unit, [Fact(subject, message, msg_id, tenant_id, ordering_key or str(tenant_id))])

    async def add_many(self, unit: Unit, facts: Sequence[Fact]) -> None:
        """All of them, in order, with one statement. PublishRejectedError or MessageTooLargeError for one that the
        broker would never take."""
        if not facts:
            return
        rows = [(shard_of(fact.ordering_key), fact, _outgoing(fact)) for fact in facts]
        await unit.fetch(
            _INSERT,
            [shard for shard, _, _ in rows],
            [fact.ordering_key for _, fact, _ in rows],
            [fact.tenant_id for _, fact, _ in rows],
            [fact.subject for _, fact, _ in rows],
            [fact.message.DESCRIPTOR.full_name for _, fact, _ in rows],
            [fact.msg_id for _, fact, _ in rows],
            [outgoing.payload for _, _, outgoing in rows],
            [json.dumps(outgoing.headers) for _, _, outgoing in rows],
        )
        wake = self._wake
        if wake is not None:
            shards = {shard for shard, _, _ in rows}
            unit.after_commit(lambda: wake(shards))


def shard_of(ordering_key: str) -> int:
    """Which relay lock guards a key's facts."""
    return zlib.crc32(ordering_key.encode()) % SHARDS


def _outgoing(fact: Fact) -> Outgoing:
    # Whatever the broker would refuse for good must fail here, where it can still be rolled back.
    if stream_of(fact.subject) is None:
        raise PublishRejectedError(f"no stream takes {fact.subject}")
    outgoing = Outgoing.of(fact.subject, fact.message, fact.msg_id, fact.tenant_id)
    if len(outgoing.payload) > MAX_PAYLOAD:
        raise MessageTooLargeError(f"{fact.subject}: {len(outgoing.payload)} bytes, at most {MAX_PAYLOAD} can go out")
    return outgoing
