"""Answers to customers of some platforms while others are in trouble, beside the same answers while none is."""

import asyncio
import time
from collections.abc import Sequence

import httpx

from tests.bench.rows import Row, at_most, percentile
from tests.chaos.platform import Platform
from tests.support.processes import ProcessStack
from tests.support.wait import eventually

_OTHERS = ("line", "whatsapp", "order")
_SLOW, _REFUSING = "facebook", "instagram"
_ANSWERS = 120
_PER_SECOND = 10


async def beside(stack: ProcessStack) -> list[Row]:
    """p95 from the API's call to the customer, in milliseconds, for each platform that is well. All five get the same
    answers at the same pace both times."""
    platforms = {channel: Platform(stack.simulator_url, channel) for channel in (*_OTHERS, _SLOW, _REFUSING)}
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", timeout=30) as client:
        answer = await client.post("/sessions", json={"email": "admin@demo.test", "password": "frontdesk"})
        client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        chats = {channel: await _conversations(client, platform) for channel, platform in platforms.items()}
        await _all_answered(client, platforms, chats, "warm")
        alone = await _all_answered(client, platforms, chats, "alone")
        await platforms[_SLOW].fault(action="slow", delay_ms=3000)
        await platforms[_REFUSING].change(access="revoked")
        troubled = await _all_answered(client, platforms, chats, "beside")
    for platform in platforms.values():
        await platform.close()
    return [
        at_most(f"answer to {name}, p95, beside others' trouble", troubled[name], "ms", alone[name], 1.5)
        for name in _OTHERS
    ]


async def _conversations(client: httpx.AsyncClient, platform: Platform) -> list[str]:
    """Ids of as many conversations as there will be answers: platforms take few messages for one person."""
    await platform.write(4 * _ANSWERS, 200, duplicates=0, seed=1, prefix="beside")

    async def listed() -> list[str]:
        ids: list[str] = []
        token = ""
        while len(ids) < _ANSWERS:
            query = {"channel": platform.channel, "page_size": "100", "page_token": token}
            page = (await client.get("/conversations", params=query)).raise_for_status().json()
            ids += [conversation["id"] for conversation in page["conversations"]]
            if not (token := page["next_page_token"] or ""):
                break
        return ids[:_ANSWERS] if len(ids) >= _ANSWERS else []

    return await eventually(listed, 60, f"conversations of {platform.channel}")


async def _all_answered(
    client: httpx.AsyncClient, platforms: dict[str, Platform], chats: dict[str, list[str]], tag: str
) -> dict[str, float]:
    written = await asyncio.gather(*(_write(client, found, f"{name} {tag}") for name, found in chats.items()))
    asked = dict(zip(chats, written, strict=True))
    taken = await asyncio.gather(*(_arrived(platforms[name], asked[name]) for name in _OTHERS))
    return {name: percentile(found, 0.95) for name, found in zip(_OTHERS, taken, strict=True)}


async def _arrived(platform: Platform, written: dict[str, float]) -> list[float]:
    """Milliseconds that each answer took to its customer."""

    async def arrived() -> dict[str, int]:
        found = await platform.received_at()
        return found if written.keys() <= found.keys() else {}

    found = await eventually(arrived, 60, f"answers to {platform.channel}")
    return [found[text] - at for text, at in written.items()]


async def _write(client: httpx.AsyncClient, chats: Sequence[str], tag: str) -> dict[str, float]:
    """One answer to each, at a steady rate: when each was asked for, in milliseconds since 1970, by its text."""
    began, written = time.monotonic(), {}
    for number, conversation in enumerate(chats):
        await asyncio.sleep(max(0.0, began + number / _PER_SECOND - time.monotonic()))
        text = f"{tag} {number}"
        written[text] = time.time() * 1000
        answer = await client.post(
            f"/conversations/{conversation}/messages",
            json={"type": "text", "text": text},
            headers={"Idempotency-Key": text.replace(" ", "-")},
        )
        answer.raise_for_status()
    return written
