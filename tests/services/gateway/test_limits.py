"""Rate limits: per session, per tenant, per address; shared through Redis, kept here without it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from limits import parse

from libs.clock.clock import FixedClock
from libs.edge.limits import Limiter, Quota
from tests.services.gateway.conftest import MakeAlone
from tests.support.servers import ServerFolder


def remaining(answer: httpx.Response) -> int:
    return int(answer.headers["ratelimit-remaining"])


async def test_a_session_is_limited_and_told_so(make_alone: MakeAlone) -> None:
    alone = await make_alone(rate_limit_session="3/hour")
    one, two = (alone.sessions.add(alone.tenant_id, "admin") for _ in range(2))
    async with alone.client(one) as client, alone.client(two) as other:
        answers = [await client.get("/api/v1/me") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200] * 3
        assert [remaining(answer) for answer in answers] == [2, 1, 0]
        assert answers[0].headers["ratelimit-limit"] == "3"
        refused = await client.get("/api/v1/me")
        assert refused.status_code == 429
        problem = refused.json()
        assert problem["code"] == "too_many_requests"
        assert 0 < problem["retry_after_seconds"] <= 3600
        assert refused.headers.get_list("retry-after") == [str(problem["retry_after_seconds"])]
        assert (await other.get("/api/v1/me")).status_code == 200


@pytest.mark.promise(7)
async def test_a_tenant_uses_up_only_its_own(make_alone: MakeAlone) -> None:
    alone = await make_alone(rate_limit_tenant="4/hour")
    ours = [alone.sessions.add(alone.tenant_id, "admin") for _ in range(2)]
    async with alone.client(ours[0]) as first, alone.client(ours[1]) as second:
        for client in (first, second, first, second):
            assert (await client.get("/api/v1/me")).status_code == 200
        assert (await first.get("/api/v1/me")).status_code == 429
        assert (await second.get("/api/v1/me")).status_code == 429
    theirs = alone.sessions.add(uuid4(), "admin")
    async with alone.client(theirs) as client:
        assert (await client.get("/api/v1/me")).status_code == 200


async def test_without_a_session_the_address_counts(make_alone: MakeAlone) -> None:
    alone = await make_alone(rate_limit_address="2/hour", trusted_proxies="127.0.0.0/8")
    async with alone.client() as client:
        here, there = {"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "203.0.113.2"}
        statuses = [(await client.get("/api/v1/me", headers=here)).status_code for _ in range(3)]
        assert statuses == [401, 401, 429]
        assert (await client.get("/api/v1/me", headers=there)).status_code == 401
        # A forged token does not make a session.
        assert (await client.get("/api/v1/me", headers={**here, "Authorization": "Bearer x"})).status_code == 429


async def test_probes_are_not_counted(make_alone: MakeAlone) -> None:
    alone = await make_alone(rate_limit_address="1/hour")
    async with alone.client() as client:
        for path in ("/readyz", "/livez", "/readyz"):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "ratelimit-limit" not in answer.headers


async def test_handshakes_count_too(make_alone: MakeAlone) -> None:
    alone = await make_alone(rate_limit_address="1/hour")
    async with alone.client() as client:
        await client.get("/api/v1/me")
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        assert (await client.get("/api/v1/stream", headers={**upgrade, **key})).status_code == 429


async def test_replicas_count_together_and_alone_when_redis_dies() -> None:
    folder = ServerFolder()
    own = await folder.redis()
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    replicas = [Limiter(own.url, lambda: clock.now().timestamp()) for _ in range(2)]
    quota = [Quota("tenant/1", parse("10/minute"))]
    try:
        for replica in replicas:
            await replica.start()
        assert [(await replica.hit(quota)).remaining for replica in replicas * 2] == [9, 8, 7, 6]
        await own.kill()
        assert [(await replica.hit(quota)).remaining for replica in replicas * 2] == [9, 9, 8, 8]
        clock.advance(timedelta(minutes=1))
        assert [(await replica.hit(quota)).remaining for replica in replicas] == [9, 9]
    finally:
        for replica in replicas:
            await replica.stop()
        await folder.close()
