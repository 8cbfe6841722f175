"""The embedded Redis: a cache that keeps nothing."""

import signal
from pathlib import Path

from cli.run.account import Account
from cli.run.child import Command
from cli.run.server import LOOPBACK, first_line, plain_env, program

_CONFIG = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 32mb
maxmemory-policy volatile-lru
"""


class Redis:
    """One server; its folder holds only its configuration."""

    name = "redis"

    def __init__(
        self, folder: Path, port: int, password: str, log: Path, account: Account | None, host: str = LOOPBACK
    ) -> None:
        self.folder = folder
        self.port = port
        self._password = password
        self._log = log
        self._account = account
        self._host = host

    @property
    def url(self) -> str:
        """With the password."""
        return f"redis://:{self._password}@{LOOPBACK}:{self.port}/0"

    async def prepare(self) -> None:
        """Writes the configuration, which holds the password, for the server's eyes alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = self.folder / "redis.conf"
        config.touch(mode=0o600)
        config.write_text(
            _CONFIG.format(host=self._host, port=self.port, password=self._password, folder=f'"{self.folder}"')
        )
        if self._account is not None:
            self._account.own(self.folder)

    def command(self) -> Command:
        """As configured."""
        return Command(
            name=self.name,
            argv=[str(program("redis-server")), str(self.folder / "redis.conf")],
            env=plain_env(),
            log=self._log,
            cwd=self.folder,
            account=self._account,
            death_signal=signal.SIGKILL,
        )

    async def answers(self, pid: int) -> bool:
        """Whether it takes commands: without the password it says so."""
        return (await first_line(self.port, b"PING\r\n")).startswith((b"-NOAUTH", b"+PONG"))
