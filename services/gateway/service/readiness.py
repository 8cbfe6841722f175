"""What /readyz tells."""

import asyncio
import time
from collections.abc import Awaitable, Callable

_REMEMBERED_SECONDS = 0.5


class Readiness:
    """The answer is remembered for half a second: anybody may ask. Draining shows at once."""

    name = "drain"

    def __init__(self, ask: Callable[[], Awaitable[dict[str, str]]], drain_seconds: float) -> None:
        self._ask = ask
        self._drain_seconds = drain_seconds
        self._draining = False
        self._known: tuple[float, dict[str, str]] = (0.0, {})
        self._lock = asyncio.Lock()

    async def problems(self) -> dict[str, str]:
        """What is not ready by part; empty when everything is."""
        if self._draining:
            return {"gateway": "is stopping"}
        async with self._lock:
            if self._known[0] < time.monotonic():
                problems = await self._ask()
                self._known = (time.monotonic() + _REMEMBERED_SECONDS, problems)
        return self._known[1]

    async def start(self) -> None:
        """As a part it is the last to start and the first to stop."""

    async def stop(self) -> None:
        """Says "not ready", and gives load balancers time to see it before anything closes."""
        self._draining = True
        await asyncio.sleep(self._drain_seconds)

    async def problem(self) -> str | None:
        """For the process's own readiness page."""
        return "is stopping" if self._draining else None
