"""From a webhook call to an open socket at a steady rate, beside a bare pipeline."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import nats
import websockets

from cli.run.ports import free_port
from tests.bench.processes import python
from tests.bench.rows import Row, at_most, percentile
from tests.bench.webhooks import call, exchange
from tests.support.processes import ProcessStack

_RATE = 200
_SECONDS = 15
_CONNECTIONS = 16
_WARM = 400

# Marks a text as arrived.
Arrived = Callable[[str], None]


async def latency(stack: ProcessStack, nats_url: str, tenant: UUID) -> list[Row]:
    """p50 and p99 of both, milliseconds."""
    floor = await _floor(stack, nats_url, tenant)
    ours = await _ours(stack)
    return [
        at_most(f"webhook to socket at {_RATE}/s, p{int(share * 100)}", _ms(ours, share), "ms", _ms(floor, share), 4)
        for share in (0.5, 0.99)
    ]


async def _ours(stack: ProcessStack) -> list[float]:
    async with httpx.AsyncClient(base_url=stack.url) as client:
        answer = await client.post("/api/v1/sessions", json={"email": "admin@demo.test", "password": "frontdesk"})
        token = answer.raise_for_status().json()["access_token"]
    url = stack.url.replace("http", "ws", 1) + "/api/v1/stream"
    async with websockets.connect(
        url, additional_headers={"Authorization": f"Bearer {token}"}, max_size=None, compression=None
    ) as socket:

        async def listen(arrived: Arrived) -> None:
            async for frame in socket:
                event = json.loads(frame)
                if event["type"] == "message.created":
                    arrived(event["data"]["message"]["text"])

        return await _run(stack.ports["ingestion-http"], "/webhooks/line/demo-line", "l", listen)


async def _floor(stack: ProcessStack, nats_url: str, tenant: UUID) -> list[float]:
    port, client = free_port(), await nats.connect(nats_url)
    await client.jetstream().purge_stream("FLOOR")
    database = stack.environment("conversations")["FRONTDESK_CONVERSATIONS_DATABASE_URL"]
    subscription = await client.subscribe("floor-out.stored")

    async def listen(arrived: Arrived) -> None:
        async for message in subscription.messages:
            arrived(json.loads(message.data)["text"])

    async with (
        python("tests.bench.floor_webhook", str(port), nats_url),
        python("tests.bench.floor_consumer", nats_url, database, str(tenant), "core"),
    ):
        taken = await _run(port, "/", "b", listen)
    await client.close()
    return taken


async def _run(port: int, path: str, tag: str, listen: Callable[[Arrived], Awaitable[None]]) -> list[float]:
    """Calls at the rate, whatever the answers take; seconds from sending a call to hearing of its message."""
    sent: dict[str, float] = {}
    taken: dict[str, float] = {}
    count = _RATE * _SECONDS
    complete = asyncio.Event()

    def arrived(text: str) -> None:
        if text in sent:
            taken[text] = time.perf_counter() - sent[text]
        if len(taken) == count:
            complete.set()

    listening: asyncio.Future[None] = asyncio.ensure_future(listen(arrived))
    lanes = [await asyncio.open_connection("127.0.0.1", port) for _ in range(_CONNECTIONS)]
    started = time.perf_counter()
    await asyncio.gather(
        *(_lane(lane, range(index, count, _CONNECTIONS), started, path, tag, sent) for index, lane in enumerate(lanes))
    )
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(complete.wait(), 10)
    listening.cancel()
    for _, writer in lanes:
        writer.close()
    assert len(taken) == count, f"{count - len(taken)} of {count} never arrived"
    return [taken[f"{tag}-{number}"] for number in range(_WARM, count)]


async def _lane(
    lane: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    numbers: range,
    started: float,
    path: str,
    tag: str,
    sent: dict[str, float],
) -> None:
    for number in numbers:
        request = call(number, "127.0.0.1", path, int(time.time() * 1000), tag)
        await asyncio.sleep(max(0.0, started + number / _RATE - time.perf_counter()))
        sent[f"{tag}-{number}"] = time.perf_counter()
        assert await exchange(*lane, request) == 200


def _ms(taken: list[float], share: float) -> float:
    return percentile(taken, share) * 1000
