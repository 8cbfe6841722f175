"""An agent who answers through the public API all the while, and repeats a request until it is answered."""

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Answer:
    """One answer the agent wrote. message_id is what the API said it became."""

    conversation_id: str
    key: str
    text: str
    message_id: str = ""


@dataclass
class Agent:
    """Signed in at the gateway. answers: every one of which the API said 201."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _token: str = ""

    async def work(self, stop: asyncio.Event, pause: float) -> None:
        """Answers conversations of the inbox, one after the other, until told to stop."""
        async with httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=15) as client:
            while not stop.is_set():
                for conversation in await self._inbox(client):
                    if stop.is_set():
                        return
                    await self._answer(client, conversation["id"])
                    await asyncio.sleep(pause)
                await asyncio.sleep(pause)

    async def _inbox(self, client: httpx.AsyncClient) -> list[dict[str, Any]]:
        answer = await self._call(client, "GET", "/conversations", params={"page_size": "20"})
        found: list[dict[str, Any]] = answer.json()["conversations"]
        return found

    async def _answer(self, client: httpx.AsyncClient, conversation_id: str) -> None:
        number = next(self._numbers)
        answer = Answer(conversation_id, f"key-{number}", f"answer {number}")
        path = f"/conversations/{conversation_id}/messages"
        body = {"type": "text", "text": answer.text}
        response = await self._call(client, "POST", path, json=body, headers={"Idempotency-Key": answer.key})
        assert response.status_code == 201, response.text
        answer.message_id = response.json()["id"]
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
