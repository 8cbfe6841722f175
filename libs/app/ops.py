"""/livez, /readyz and /metrics of one process."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from libs.app.service import Service
from libs.observe.metrics import CONTENT_TYPE, exposition


class OpsApp:
    """A bare ASGI application: it must answer when everything else is in trouble."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            return
        status, kind, body = await self._answer(scope["path"])
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/livez":
            return 200, "text/plain", b"ok\n"
        if path == "/readyz":
            return await self.readiness()
        if path == "/metrics":
            return 200, CONTENT_TYPE, exposition()
        return 404, "text/plain", b"Only /livez, /readyz and /metrics are here.\n"

    async def readiness(self) -> tuple[int, str, bytes]:
        """200 when every service of this process can work, else 503 with what is not ready and why. "degraded" is there
        when something does not work without which the rest does."""
        problems: dict[str, str] = {}
        degraded: dict[str, str] = {}
        for service in self._services:
            ready, lacking = await asyncio.gather(service.ready(), service.degraded())
            problems |= ready
            degraded |= lacking
        told = {"ready": not problems, "problems": problems} | ({"degraded": degraded} if degraded else {})
        return 503 if problems else 200, "application/json", json.dumps(told).encode()
