"""Starts everything, keeps it running, and ends it all."""

import asyncio
import hashlib
import time
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any

from cli.run import console
from cli.run.banner import banner
from cli.run.child import Command, run_once
from cli.run.embedded import PORTS, embedded_servers
from cli.run.external import check_named
from cli.run.folder import DataFolder, write_secret
from cli.run.http import get_status
from cli.run.keeper import Keeper
from cli.run.log import cap, last_line
from cli.run.ports import Reservations, choose
from cli.run.services import OPERATOR, ServicePlan, processes, wanted_ports
from cli.run.settings import RunSettings
from cli.run.together import together, unless
from cli.run.trouble import Trouble, say

ROOT = Path(__file__).resolve().parents[2]
# What the demo is made of: it is made anew when one of them changes.
_DEMO_FILES = [ROOT / "cli" / "demo.py", ROOT / "cli" / "demo_accounts.py", ROOT / "libs" / "channels" / "registry.py"]
_PATIENCE_SECONDS = 60.0
_TIDY_SECONDS = 10.0


class Supervisor:
    """One run over one data folder, from the first server's start to the last one's end."""

    def __init__(self, settings: RunSettings, folder: DataFolder) -> None:
        self._settings = settings
        self._folder = folder
        self._began = time.monotonic()
        self._processes = processes(settings, [path.parent.name for path in ROOT.glob("services/*/app.py")])
        self._reservations = Reservations()
        self._ports = choose(folder, {**PORTS, **wanted_ports(self._processes)}, self._reservations)
        servers, urls = embedded_servers(settings, folder, self._ports)
        self._plan = ServicePlan(settings, folder, self._ports, urls)
        self._servers = [Keeper(each.command, each.answers, each.prepare, self._note) for each in servers]
        self._services = [self._service_keeper(name) for name in self._processes]

    async def run(self, stop: asyncio.Event) -> None:
        """Returns once it was told to stop and everything has ended; Trouble when it cannot go on."""
        try:
            await unless(stop, self._start())
            await unless(stop, self._watch())
        finally:
            await self._stop()

    def hurry(self) -> None:
        """Ends everything at once, finished or not; the data bears it."""
        for keeper in (*self._services, *self._servers):
            keeper.end_now()

    async def _start(self) -> None:
        self._plan.hold_file.write_text("starting")
        self._plan.files.mkdir(exist_ok=True)
        write_secret(self._folder.secrets / "operator.json", self._plan.operator_environment())
        await check_named(self._settings)
        await together(*map(self._build, console.PAGES), self._start_servers_and_services())
        self._plan.hold_file.unlink(missing_ok=True)
        await self._until_ready()
        say(banner(self._settings, self._folder.root, time.monotonic() - self._began))

    async def _start_servers_and_services(self) -> None:
        servers = [keeper.start() for keeper in self._servers]
        if self._prepared():
            # Services wait for servers that are on their way, so nothing has to wait for anything.
            await together(*servers, *self._start_services())
        else:
            await together(*servers)
            await self._prepare()
            await together(*self._start_services())

    def _start_services(self) -> list[Coroutine[Any, Any, None]]:
        return [*(keeper.start() for keeper in self._services), self._seed_demo()]

    def _prepared(self) -> bool:
        """Only an embedded database is known to be as we left it."""
        return self._settings.database_url is None and self._folder.recall("postgres/prepared") == _schema()

    async def _prepare(self) -> None:
        await _run_tool(self._plan.tool("prepare", "cli.run.prepare", str(self._folder.secrets)))
        self._keep("prepared", _schema())

    def _keep(self, name: str, value: Any) -> None:
        """Beside the embedded database, so that it goes when that goes."""
        if self._settings.database_url is None:
            self._folder.remember(f"postgres/{name}", value)

    async def _seed_demo(self) -> None:
        if not self._settings.demo or not self._runs("tenants"):
            return
        made = [_fingerprint(_DEMO_FILES), self._ports["ingestion-http"]]
        if self._settings.database_url is not None or self._folder.recall("postgres/demo") != made:
            await _run_tool(self._plan.tool("demo", "cli.demo", "seed", identities=[OPERATOR]))
            self._keep("demo", made)

    async def _build(self, page: Path) -> None:
        if not self._settings.build_console or not console.stale(page):
            return
        try:
            await console.build(self._folder.logs / f"{page.name}.log", page)
        except Trouble as trouble:
            say(f"{trouble}. The rest works without it.")

    async def _until_ready(self) -> None:
        due = time.monotonic() + _PATIENCE_SECONDS
        while self._runs("gateway"):
            status, body = await get_status(f"{self._settings.local_url}/readyz")
            if status == 200:
                return
            if time.monotonic() > due:
                say(f"Not ready yet, still trying: {body[:500]}")
                due += _PATIENCE_SECONDS
            await asyncio.sleep(0.05)

    async def _watch(self) -> None:
        await together(self._tidy(), *(keeper.failure() for keeper in (*self._servers, *self._services)))

    async def _tidy(self) -> None:
        while True:
            cap(self._folder.logs)
            await asyncio.sleep(_TIDY_SECONDS)

    async def _stop(self) -> None:
        """Services first: they finish what they do while the servers are still there."""
        await asyncio.gather(*(keeper.stop() for keeper in self._services))
        await asyncio.gather(*(keeper.stop() for keeper in self._servers))
        self._note()
        self._plan.hold_file.unlink(missing_ok=True)
        self._reservations.close()

    def _note(self) -> None:
        """Keeps who runs, for a next start that finds this supervisor killed."""
        keepers = (*self._servers, *self._services)
        self._folder.remember("processes", {keeper.name: keeper.process for keeper in keepers if keeper.process})

    def _runs(self, service: str) -> bool:
        return any(service in group for group in self._processes.values())

    def _service_keeper(self, name: str) -> Keeper:
        async def answers(_pid: int) -> bool:
            return (await get_status(f"http://127.0.0.1:{self._ports[f'{name}-ops']}/livez"))[0] == 200

        return Keeper(lambda: self._plan.command(name, self._processes[name]), answers, changed=self._note)


async def _run_tool(command: Command) -> None:
    if await run_once(command) != 0:
        raise Trouble(f"{last_line(command.log)} (log: {command.log})")


def _schema() -> str:
    return _fingerprint([*ROOT.glob("services/*/migrations/**/*.py"), *ROOT.glob("libs/db/*.py")])


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()
