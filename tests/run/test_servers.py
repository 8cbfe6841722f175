"""The embedded servers by themselves: they start, keep what they were given through kill -9, and stop."""

import asyncpg
import nats as nats_client
from redis.asyncio import Redis

from tests.support.databases import TestDatabase
from tests.support.servers import LocalServer, ServerFolder


async def test_postgres_keeps_what_was_committed_when_it_is_killed() -> None:
    folder = ServerFolder(synced=True)
    try:
        server = await folder.postgres()
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        await server.kill()
        await server.start()
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("SELECT n FROM kept") == 7
        assert (await connection.fetchval("SHOW fsync"), await connection.fetchval("SHOW synchronous_commit")) == (
            "on",
            "on",
        )
        await connection.close()
    finally:
        await folder.close()


async def test_nats_keeps_what_it_acknowledged_when_it_is_killed() -> None:
    folder = ServerFolder(synced=True)
    try:
        server = await folder.nats()
        client = await nats_client.connect(server.url)
        await client.jetstream().add_stream(name="KEPT", subjects=["kept.>"])
        await client.jetstream().publish("kept.one", b"1")
        await client.close()
        await server.kill()
        await server.start()
        client = await nats_client.connect(server.url)
        assert (await client.jetstream().stream_info("KEPT")).state.messages == 1
        await client.close()
    finally:
        await folder.close()


async def test_redis_asks_for_its_password(redis: LocalServer) -> None:
    client = Redis.from_url(redis.url)
    assert await client.ping()
    await client.aclose()


async def test_a_service_logs_in_as_a_role_that_cannot_bypass_policies(database: TestDatabase) -> None:
    rows = await database.fetch("SELECT rolname FROM pg_roles WHERE rolname LIKE 'frontdesk_%' AND rolbypassrls")
    assert rows == []
