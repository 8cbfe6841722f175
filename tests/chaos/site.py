"""Members of a shop who write on its own site: what their browsers do, and what they read there."""

import asyncio
import time
from collections import defaultdict
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import httpx
import jwt

from tests.bench.rows import percentile
from tests.chaos.platform import Written

_MEMBERS = 30
_PATIENCE_SECONDS = 120
# Browsers of one machine, and members who write faster than people.
VARIABLES = {
    "FRONTDESK_WIDGET_RATE_ADDRESS": "100000/minute",
    "FRONTDESK_WIDGET_RATE_WRITING_ADDRESS": "100000/minute",
    "FRONTDESK_WIDGET_RATE_MESSAGES": "1000/minute",
}


class Site:
    """Stands where Platform does for other channels. secret: what the shop signs its members' tokens with."""

    channel = "web"

    def __init__(self, url: str, account_id: str, secret: str) -> None:
        self.account_id = account_id
        self._secret = secret
        self._client = httpx.AsyncClient(base_url=f"{url}/widget/v1/{account_id}", timeout=15)
        self._again = True
        self._written: dict[str, Written] = {}

    async def redeliver_what_fails(self, enabled: bool) -> None:
        """Whether a browser sends a message again that was not answered."""
        self._again = enabled

    async def write(
        self, messages: int, rate: int, duplicates: float, seed: int, prefix: str, **_: Any
    ) -> dict[str, float]:
        """Members write, each one message after the other. How long the desk took to answer, in milliseconds."""
        random = Random(seed)
        took: list[float] = []
        pause = _MEMBERS / rate
        counts = [len(range(member, messages, _MEMBERS)) for member in range(_MEMBERS)]
        await asyncio.gather(
            *(
                self._chat(f"{prefix}-{member}", count, pause, duplicates, Random(random.random()), took)
                for member, count in enumerate(counts)
            )
        )
        return {name: percentile(took, share) for name, share in (("p50", 0.5), ("p95", 0.95))}

    async def nothing_waits(self, seconds: float) -> None:
        """Whatever was written has been tried to its end."""

    async def send_again(self, most: int) -> None:
        """Sends some messages again although they were answered."""
        for message in [one for one in self._written.values() if one.answered][:most]:
            await self._post(message)

    async def written(self) -> dict[str, Written]:
        """Everything members wrote, by the id their browser gave it."""
        return dict(self._written)

    async def received(self) -> dict[str, list[str]]:
        """Answers that members read, in order."""
        threads = await self._threads()
        return {member: [one["text"] for one in thread] for member, thread in threads.items()}

    async def received_at(self) -> dict[str, int]:
        """Not told: members read when they look."""
        return {}

    async def furthest(self) -> dict[str, str]:
        """Nobody tells what a member has read."""
        return {}

    async def close(self) -> None:
        """Closes the client."""
        await self._client.aclose()

    async def _chat(
        self, member: str, count: int, pause: float, duplicates: float, random: Random, took: list[float]
    ) -> None:
        await asyncio.sleep(random.random() * pause)
        for place in range(count):
            began = time.monotonic()
            message_id = str(UUID(int=random.getrandbits(128)))
            message = Written(message_id, "web", member, f"{member} {place}", place, answered=False)
            self._written[message_id] = message
            if await self._told(message):
                self._written[message_id] = replace(message, answered=True)
            took.append((time.monotonic() - began) * 1000)
            if random.random() < duplicates:
                await self._post(message)
            await asyncio.sleep(max(0.0, began + pause - time.monotonic()))

    async def _told(self, message: Written) -> bool:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (answered := await self._post(message)) and self._again:
            assert time.monotonic() < deadline, f"{message} is not taken"
            await asyncio.sleep(0.2)
        return answered

    async def _post(self, message: Written) -> bool:
        body = {"id": message.message_id, "text": message.text}
        try:
            response = await self._client.post("/messages", json=body, headers=self._signed(message.chat_id))
        except httpx.HTTPError:
            return False
        assert response.status_code == 201 or response.status_code >= 500, response.text
        return response.status_code == 201

    async def _threads(self) -> dict[str, list[dict[str, Any]]]:
        threads: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for member in {message.chat_id for message in self._written.values()}:
            thread, token = [], ""
            while True:
                answer = await self._client.get("/messages", params={"page_token": token}, headers=self._signed(member))
                page = answer.raise_for_status().json()
                thread += page["messages"]
                if not (token := page["next_page_token"]):
                    break
            threads[member] = [one for one in reversed(thread) if one["direction"] == "outbound"]
        return threads

    def _signed(self, member: str) -> dict[str, str]:
        claims = {"sub": member, "name": member, "exp": int(time.time()) + 7200}
        return {"Authorization": f"Bearer {jwt.encode(claims, self._secret, 'HS256')}"}
