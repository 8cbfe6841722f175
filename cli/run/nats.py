"""The embedded NATS server with JetStream. One replica, so every message is synced before it is acknowledged."""

import signal
from pathlib import Path

from cli.run.account import Account
from cli.run.child import Command
from cli.run.server import LOOPBACK, first_line, plain_env, program

_CONFIG = """\
server_name: frontdesk
listen: "{host}:{port}"
max_payload: 4MB
authorization {{ token: "{token}" }}
jetstream {{
  store_dir: "{store}"
  sync_interval: {sync_interval}
  max_memory_store: 16MB
  max_file_store: 8GB
}}
"""


class Nats:
    """One server, its streams in one folder."""

    name = "nats"

    def __init__(
        self,
        folder: Path,
        port: int,
        token: str,
        log: Path,
        account: Account | None,
        sync_interval: str = "always",
        host: str = LOOPBACK,
    ) -> None:
        self.folder = folder
        self.port = port
        self._token = token
        self._log = log
        self._account = account
        self._sync_interval = sync_interval
        self._host = host

    @property
    def url(self) -> str:
        """With the token that clients must show."""
        return f"nats://{self._token}@{LOOPBACK}:{self.port}"

    async def prepare(self) -> None:
        """Writes the configuration, which holds the token, for the server's eyes alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = self.folder / "nats.conf"
        config.touch(mode=0o600)
        config.write_text(
            _CONFIG.format(
                host=self._host,
                port=self.port,
                token=self._token,
                store=self.folder / "store",
                sync_interval=self._sync_interval,
            )
        )
        if self._account is not None:
            self._account.own(self.folder)

    def command(self) -> Command:
        """Memory is returned early: an idle desk should be small."""
        return Command(
            name=self.name,
            argv=[str(program("nats-server")), "-c", str(self.folder / "nats.conf")],
            env={**plain_env(), "GOMEMLIMIT": "96MiB", "GOGC": "50"},
            log=self._log,
            cwd=self.folder,
            account=self._account,
            death_signal=signal.SIGTERM,
        )

    async def answers(self, pid: int) -> bool:
        """Whether it greets, with its streams recovered."""
        return b'"jetstream":true' in await first_line(self.port)
