"""One process that belongs to the supervisor: started, watched without a thread, ended for certain."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cli.run.account import Account
from cli.run.linux import die_with_parent

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Command:
    """What to start and how. death_signal: sent by the kernel when the supervisor dies without a word.
    stop_signals: sent one after the other to end it, the last resort SIGKILL not named.
    log: appended to; None lets it speak on the terminal."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path | None
    cwd: Path | None = None
    account: Account | None = None
    death_signal: int = signal.SIGKILL
    stop_signals: Sequence[int] = field(default=(signal.SIGTERM,))


class Child:
    """A running command, in a process group of its own, so that Ctrl-C reaches the supervisor alone."""

    def __init__(self, command: Command) -> None:
        self.command = command
        parent = os.getpid()

        def enter() -> None:
            if command.account is not None:
                command.account.take_on()
            die_with_parent(command.death_signal, parent)

        with open(command.log, "ab") if command.log else nullcontext() as log:
            self._process = subprocess.Popen(  # noqa: S603 - the command is ours
                command.argv,
                env=dict(command.env),
                cwd=command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=enter,
            )
        self.pid = self._process.pid

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    async def wait(self) -> int:
        """Its exit code, once it has ended; negative for a signal. Leaves nothing of its process group behind."""
        with suppress(ProcessLookupError):
            await self._ended()
        code = self._process.wait()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        return code

    def signal(self, number: int) -> None:
        """Sends it a signal, if it still runs."""
        if self.running():
            self._process.send_signal(number)

    async def stop(self, grace: float) -> None:
        """Asks it to end, more firmly after each `grace` seconds, and kills it in the end."""
        for number in (*self.command.stop_signals, signal.SIGKILL):
            self.signal(number)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wait(), grace)
                return
        await self.wait()

    async def _ended(self) -> None:
        if sys.platform != "linux":
            while self.running():  # noqa: ASYNC110 - nothing there tells us
                await asyncio.sleep(_POLL_SECONDS)
            return
        # A descriptor that turns readable when the process ends: no thread per child, no reaping race.
        descriptor = os.pidfd_open(self.pid)
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(descriptor, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)


async def run_once(command: Command) -> int:
    """Runs a command to its end; its exit code. Cancelling ends it."""
    child = Child(command)
    try:
        return await child.wait()
    except asyncio.CancelledError:
        await child.stop(grace=2)
        raise


def describe(code: int) -> str:
    """An exit code in words."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
