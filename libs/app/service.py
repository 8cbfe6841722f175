"""A service is a list of parts that start in order, stop in reverse, and say what keeps them from serving."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from libs.observe.log import get_logger

_log = get_logger(__name__)


class Part(Protocol):
    """Something with a life: a database pool, a consumer, a server."""

    name: str

    async def start(self) -> None:
        """Begins. What it depends on may still be away: then it goes on trying, and problem() says so."""
        ...

    async def stop(self) -> None:
        """Ends; finishes what is under way. Safe to call when start() failed or never ran."""
        ...

    async def problem(self) -> str | None:
        """Why it cannot do its work right now, in words for /readyz; None when it can."""
        ...


class Dispensable:
    """Marks a part without which a service does most of its work: its trouble is told, and keeps nothing from
    starting."""


class Service:
    """What services/<name>/app.py builds."""

    def __init__(self, name: str, parts: Sequence[Part]) -> None:
        self.name = name
        self.parts = parts
        self._started: list[Part] = []

    async def start(self) -> None:
        """Starts every part in order; when one fails, stops those before it and raises."""
        try:
            for part in self.parts:
                self._started.append(part)
                await part.start()
        except BaseException:
            await self.stop()
            raise
        _log.info("service started", service=self.name)

    async def stop(self) -> None:
        """Stops every started part in reverse order; one that fails does not keep the others running."""
        while self._started:
            part = self._started.pop()
            try:
                await part.stop()
            except Exception:
                _log.exception("part did not stop cleanly", service=self.name, part=part.name)

    async def ready(self) -> dict[str, str]:
        """What is not ready, by "service.part"; empty when the service can work."""
        return await self._problems([part for part in self.parts if not isinstance(part, Dispensable)])

    async def degraded(self) -> dict[str, str]:
        """What does not work though the service does, by "service.part"."""
        return await self._problems([part for part in self.parts if isinstance(part, Dispensable)])

    async def _problems(self, parts: Sequence[Part]) -> dict[str, str]:
        problems = await asyncio.gather(*(self._problem(part) for part in parts))
        return {f"{self.name}.{part.name}": text for part, text in zip(parts, problems, strict=True) if text}

    async def _problem(self, part: Part) -> str | None:
        try:
            async with asyncio.timeout(2):
                return await part.problem()
        except TimeoutError:
            return "does not answer"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
