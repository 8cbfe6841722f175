"""Kills what runs, at random moments and at named points, and starts it again."""

import asyncio
import random
from pathlib import Path

from tests.support.processes import ProcessStack
from tests.support.wait import eventually

# Killed on purpose between publishing and deleting, committing and acknowledging, sending and telling.
POINTS = (
    ("ingestion", "webhook.stored"),
    ("conversations", "inbound.committed"),
    ("conversations", "outbox.published"),
    ("conversations", "facts.committed"),
    ("delivery", "attempt.noted"),
    ("delivery", "attempt.answered"),
    ("delivery", "outbox.published"),
)
ANYTIME = ("gateway", "ingestion", "conversations", "delivery", "tenants", "nats", "postgres", "redis")


class Killer:
    """Everything dies at least once at every named point and once at a random moment, in an order the seed makes."""

    def __init__(self, stack: ProcessStack, crash_root: Path, seed: int) -> None:
        self._stack = stack
        self._root = crash_root
        self._random = random.Random(seed)
        self.deaths: list[str] = []

    def variables(self, name: str) -> dict[str, str]:
        """What a service needs to die at its points."""
        folder = self._root / name
        folder.mkdir(parents=True, exist_ok=True)
        return {"FRONTDESK_CRASH_DIR": str(folder)}

    async def work(self, rounds: int) -> None:
        """So many rounds of all points and all kills."""
        for _ in range(rounds):
            plan: list[tuple[str, str]] = [*POINTS, *((name, "") for name in ANYTIME)]
            self._random.shuffle(plan)
            for name, point in plan:
                await asyncio.sleep(self._random.uniform(0.2, 1.0))
                await self._kill(name, point)

    async def _kill(self, name: str, point: str) -> None:
        if point and not await self._dies_at(name, point):
            return
        await self._stack.kill(name)
        self.deaths.append(f"{name} {point}".strip())
        await self._stack.start(name, self.variables(name))

    async def _dies_at(self, name: str, point: str) -> bool:
        """Whether the process reached the point and died there."""
        armed = self._root / name / point
        armed.touch()
        try:
            await eventually(lambda: name not in self._stack.running(), 10, f"{name} at {point}")
        except AssertionError:
            armed.unlink(missing_ok=True)
            return name not in self._stack.running()
        return True
