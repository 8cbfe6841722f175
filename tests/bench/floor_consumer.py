"""The floor of storing: a bare loop that consumes, inserts messages, conversations and outbox rows under the same
policies in one transaction a batch, publishes and deletes.

python -m tests.bench.floor_consumer <nats url> <database url> <tenant> core|jetstream
"""

import asyncio
import json
import sys
import time
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import nats
import uvloop
from nats.errors import TimeoutError as NatsTimeout

TABLES = """
CREATE TABLE conversations.floor_messages (tenant_id uuid, id uuid, contact text, text text, details jsonb,
    PRIMARY KEY (tenant_id, id));
CREATE TABLE conversations.floor_conversations (tenant_id uuid, contact text, last text, unread int,
    sort_at timestamptz, PRIMARY KEY (tenant_id, contact));
CREATE TABLE conversations.floor_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid,
    payload bytea);
"""
_POLICY = "tenant_id = ANY (nullif(current_setting('app.tenants', true), '')::uuid[])"
POLICIES = (
    "".join(
        f"ALTER TABLE conversations.{table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY tenant ON conversations.{table} USING ({_POLICY}) WITH CHECK ({_POLICY});"
        f"GRANT ALL ON conversations.{table} TO frontdesk_conversations;"
        for table in ("floor_messages", "floor_conversations")
    )
    + "GRANT ALL ON conversations.floor_outbox TO frontdesk_conversations;"
)


async def main(nats_url: str, database_url: str, tenant: str, how: str) -> None:
    """Works until killed."""
    client = await nats.connect(nats_url)
    jetstream = client.jetstream()
    subscription = await jetstream.pull_subscribe("floor.in", durable=f"floor-{how}", stream="FLOOR")
    database = await asyncpg.connect(database_url)
    print("ready", flush=True)
    while True:
        try:
            batch = await subscription.fetch(200, timeout=1)
        except NatsTimeout:
            continue
        payloads = await _store(database, UUID(tenant), [json.loads(message.data) for message in batch])
        if how == "core":
            for payload in payloads:
                await client.publish("floor-out.stored", payload)
        else:
            await asyncio.gather(*(jetstream.publish("floor.out", payload) for payload in payloads))
        await database.execute("DELETE FROM conversations.floor_outbox")
        for message in batch:
            await message.ack()


async def _store(database: asyncpg.Connection, tenant: UUID, events: list[dict[str, Any]]) -> list[bytes]:
    payloads = [json.dumps({"text": event["message"]["text"], "at": time.time()}).encode() for event in events]
    contacts = [event["source"]["userId"] for event in events]
    texts = [event["message"]["text"] for event in events]
    async with database.transaction():
        await database.execute("SELECT set_config('app.tenants', $1, true)", f"{{{tenant}}}")
        await database.execute(
            "INSERT INTO conversations.floor_messages"
            " SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::jsonb[])",
            tenant,
            [uuid4() for _ in events],
            contacts,
            texts,
            [json.dumps({"quote_token": "q"})] * len(events),
        )
        await database.execute(
            "INSERT INTO conversations.floor_conversations SELECT $1, contact, max(text), count(*), now()"
            " FROM unnest($2::text[], $3::text[]) AS event (contact, text) GROUP BY contact"
            " ON CONFLICT (tenant_id, contact) DO UPDATE SET last = excluded.last, sort_at = excluded.sort_at,"
            " unread = floor_conversations.unread + excluded.unread",
            tenant,
            contacts,
            texts,
        )
        await database.execute(
            "INSERT INTO conversations.floor_outbox (tenant_id, payload) SELECT $1, unnest($2::bytea[])",
            tenant,
            payloads,
        )
    return payloads


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
