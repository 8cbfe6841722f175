"""The other side of webhooks: keeps what comes in, and answers as it is told."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

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
        self.calls.append(Call({name.decode(): value.decode() for name, value in scope["headers"]}, body))
        if self.hold is not None:
            await self.hold.wait()
        status = self.statuses.popleft() if self.statuses else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})
