"""Agents who answer through the public API all the while, and repeat a request until it is answered."""

import asyncio
import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Answer:
    """One answer the agent wrote. message_id is what the API said it became; at: when, in milliseconds since 1970."""

    conversation_id: str
    key: str
    text: str
    message_id: str = ""
    at: int = 0


@dataclass
class Agent:
    """Signed in at the gateway, answering on one channel. answers: every one of which the API said 201."""

    url: str
    channel: str
    # Answers to one conversation at most: some platforms take few messages for one person.
    most_each: int = 1000
    answers: list[Answer] = field(default_factory=list)
    _each: Counter[str] = field(default_factory=Counter)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _token: str = ""

    async def work(self, stop: asyncio.Event, pause: float) -> None:
        """Answers conversations of the inbox, one after the other, until told to stop."""
        async with httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=15) as client:
            while not stop.is_set():
                for conversation in await self._inbox(client):
                    if stop.is_set():
                        return
                    if self._each[conversation["id"]] < self.most_each:
                        await self._answer(client, conversation["id"])
                    await asyncio.sleep(pause)
                await asyncio.sleep(pause)

    async def rotate(self, account_id: str, credentials: dict[str, str]) -> None:
        """Gives an account its credentials anew."""
        async with httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=15) as client:
            path = f"/channel-accounts/{account_id}:rotate-credentials"
            response = await self._call(client, "POST", path, json={"credentials": credentials})
            assert response.is_success, response.text

    async def _inbox(self, client: httpx.AsyncClient) -> list[dict[str, Any]]:
        query = {"page_size": "20", "channel": self.channel}
        answer = await self._call(client, "GET", "/conversations", params=query)
        found: list[dict[str, Any]] = answer.json()["conversations"]
        return found

    async def _answer(self, client: httpx.AsyncClient, conversation_id: str) -> None:
        number = next(self._numbers)
        answer = Answer(conversation_id, f"{self.channel}-{number}", f"{self.channel} answer {number}")
        path = f"/conversations/{conversation_id}/messages"
        body = {"type": "text", "text": answer.text}
        response = await self._call(client, "POST", path, json=body, headers={"Idempotency-Key": answer.key})
        assert response.status_code == 201, response.text
        answer.message_id, answer.at = response.json()["id"], int(time.time() * 1000)
        self._each[conversation_id] += 1
        self.answers.append(answer)

    async def _call(self, client: httpx.AsyncClient, method: str, path: str, **options: Any) -> httpx.Response:
        """Tries until something answers that is no outage: 4xx ends it, 401 signs in again, the rest is repeated."""
        headers = options.pop("headers", {})
        while True:
            try:
                if not self._token:
                    self._token = await self._sign_in(client)
                sent = headers | {"Authorization": f"Bearer {self._token}"}
                response = await client.request(method, path, headers=sent, **options)
            except (httpx.HTTPError, KeyError):
                response = None
            if response is not None and response.status_code == 401:
                self._token = ""
            elif response is not None and response.status_code < 500 and response.status_code != 429:
                return response
            await asyncio.sleep(0.1)

    async def _sign_in(self, client: httpx.AsyncClient) -> str:
        # An admin may answer what a colleague handles.
        answer = await client.post("/sessions", json={"email": "admin@demo.test", "password": "frontdesk"})
        return str(answer.json()["access_token"])
