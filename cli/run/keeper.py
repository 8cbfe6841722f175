"""Keeps one process running: starts it, waits until it answers, starts it again when it ends unasked."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable

from cli.run.child import Child, Command, describe
from cli.run.folder import birth_of
from cli.run.log import last_line
from cli.run.trouble import Trouble, say

_GRACE_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_STEADY_SECONDS = 30.0
# Ending so often before it ever answered means that it never will.
_FALSE_STARTS = 3


class Keeper:
    """One process by name. prepare runs before every start, changed after it; answers(pid) tells whether it
    takes work."""

    def __init__(
        self,
        command: Callable[[], Command],
        answers: Callable[[int], Awaitable[bool]],
        prepare: Callable[[], Awaitable[None]] | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._make_command = command
        self._answers = answers
        self._prepare = prepare
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self._child: Child | None = None
        self._answered = False
        self.name = command().name

    @property
    def process(self) -> tuple[int, str | None] | None:
        """Process id and birth of what runs now, or None."""
        return (self._child.pid, birth_of(self._child.pid)) if self._child and self._child.running() else None

    async def start(self, deadline_seconds: float = 180.0) -> None:
        """Starts it and waits until it answers; Trouble when it ends instead, or takes too long."""
        self.launch()
        try:
            async with asyncio.timeout(deadline_seconds):
                await self.until_answers()
        except TimeoutError as error:
            raise Trouble(f"{self.name} did not get ready in {deadline_seconds:.0f} s. {self._see_log()}") from error

    def launch(self) -> None:
        """Starts it and comes back at once."""
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def until_answers(self) -> None:
        """Waits until it takes work; Trouble when it gave up."""
        while not self._answered:
            if self._task is None or self._task.done():
                await self.failure()
            await asyncio.sleep(0.02)

    async def failure(self) -> None:
        """Waits until it cannot be kept running, and raises the Trouble that tells why."""
        if self._task is not None:
            await self._task
        raise Trouble(f"{self.name} is not running.")

    def kill(self, number: int) -> None:
        """Sends it a signal, as an accident would: it will be started again."""
        if self._child is not None:
            self._child.signal(number)

    def end_now(self) -> None:
        """Kills it for good; stop() is still to be called."""
        if self._task is not None:
            self._task.cancel()
        self.kill(signal.SIGKILL)

    async def stop(self, grace: float = _GRACE_SECONDS) -> None:
        """Ends it for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._child is not None:
            await self._child.stop(grace)

    async def _keep(self) -> None:
        pause, false_starts = _FIRST_PAUSE, 0
        while True:
            started = time.monotonic()
            code = await self._run_once()
            if not self._answered:
                false_starts += 1
                if false_starts == _FALSE_STARTS:
                    raise Trouble(f"{self.name} does not start ({describe(code)}): {self._see_log()}")
            if time.monotonic() - started > _STEADY_SECONDS:
                pause = _FIRST_PAUSE
            say(f"{self.name} ended ({describe(code)}); starting it again in {pause:.1f} s. {self._see_log()}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _run_once(self) -> int:
        if self._prepare is not None:
            await self._prepare()
        self._child = Child(self._make_command())
        self._changed()
        ended = asyncio.ensure_future(self._child.wait())
        try:
            while not self._answered and not ended.done():
                self._answered = await self._answers(self._child.pid)
                await asyncio.wait([ended], timeout=0.02)
            return await ended
        finally:
            ended.cancel()

    def _see_log(self) -> str:
        log = self._make_command().log
        return f"{last_line(log)} (log: {log})"
