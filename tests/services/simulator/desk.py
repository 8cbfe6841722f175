"""The other side of webhooks: keeps what comes in, and answers as it is told."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from libs.app.http import HttpPart


@dataclass
class Call:
    """One webhook call as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in it."""
        events: list[dict[str, Any]] = json.loads(self.body)["events"]
        return events


@dataclass
class Desk:
    """Answers 200 at once; `statuses` are used up first, and `hold` keeps it from answering until it is set."""

    calls: list[Call] = field(default_factory=list)
    statuses: deque[int] = field(default_factory=deque)
    hold: asyncio.Event | None = None
    # What a handshake has to know, and what is answered to it instead of the challenge.
    verify_token: str = ""
    lie: str = ""

    def __post_init__(self) -> None:
        self._http = HttpPart(self, "127.0.0.1:0", shutdown_seconds=1)

    async def start(self) -> None:
        """Listens on a free port."""
        await self._http.start()

    async def stop(self) -> None:
        """Listens no more."""
        await self._http.stop()

    @property
    def url(self) -> str:
        """Where the webhook is."""
        return f"http://127.0.0.1:{self._http.port}/webhooks/line/shop"

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event of every call, in the order they came."""
        return [event for call in self.calls for event in call.events]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if scope["method"] == "GET":
            await self._shake(parse_qs(scope["query_string"].decode()), send)
            return
        self.calls.append(Call({name.decode(): value.decode() for name, value in scope["headers"]}, body))
        if self.hold is not None:
            await self.hold.wait()
        status = self.statuses.popleft() if self.statuses else 200
        await _answer(send, status, b"")

    async def _shake(self, query: dict[str, list[str]], send: Any) -> None:
        """Meta's handshake."""
        known = query["hub.mode"] == ["subscribe"] and query["hub.verify_token"] == [self.verify_token]
        await _answer(send, 200 if known else 403, (self.lie or query["hub.challenge"][0]).encode())


async def _answer(send: Any, status: int, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
