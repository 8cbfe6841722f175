"""A desk in a temporary folder: addresses, keys and variables, before anything runs."""

from collections.abc import Collection, Mapping
from pathlib import Path

import grpc

from cli import demo
from cli.run.embedded import Urls
from cli.run.folder import DataFolder
from cli.run.ports import Reservations
from cli.run.prepare import make_identities
from cli.run.services import SERVICES, ServicePlan, wanted_ports
from cli.run.settings import load
from cli.serve import available
from libs.app.runtime import Runtime
from libs.auth.tokens import TokenIssuer
from libs.rpc.client import channel


class Desk:
    """What every way of running the services in a test shares. Addresses are root URLs without a slash."""

    def __init__(self, root: Path, urls: Urls, variables: Mapping[str, str]) -> None:
        self.folder = DataFolder(root)
        self.clock_file = root / "clock"
        self.clock_file.write_text("0")
        self._variables = {"FRONTDESK_CLOCK_FILE": str(self.clock_file), **variables}
        self.reservations = Reservations()
        port = str(self.reservations.take())
        self.settings = load({"FRONTDESK_DATA_DIR": str(root), "FRONTDESK_PORT": port, "FRONTDESK_DEMO": "1"})
        self.names = [name for name in SERVICES if name in available()]
        self.ports = {name: self.reservations.take() for name in wanted_ports(SERVICES)}
        self.plan = ServicePlan(self.settings, self.folder, self.ports, urls)
        make_identities(self.folder.secrets)

    @property
    def url(self) -> str:
        """The gateway: console, REST, WebSocket, and webhooks and simulator behind it."""
        return self.settings.local_url

    @property
    def webhooks_url(self) -> str:
        """Ingestion itself."""
        return f"http://127.0.0.1:{self.ports['ingestion-http']}"

    @property
    def simulator_url(self) -> str:
        """The simulator itself."""
        return f"http://127.0.0.1:{self.ports['simulator']}"

    def set_variable(self, name: str, value: str) -> None:
        """Changes a variable for what is started from now on."""
        self._variables[name] = value

    def environment(self, *services: str) -> dict[str, str]:
        """The variables of a process that runs these services (or acts as these identities)."""
        return {**self.plan.environment(services), **self._variables}

    def runtime(self, *services: str) -> Runtime:
        """The same as a Runtime."""
        return Runtime(self.environment(*services))

    def channel(self, service: str, identity: str = "gateway") -> grpc.aio.Channel:
        """A channel to a service, in another service's name."""
        runtime = self.runtime(identity)
        return channel(runtime.address(service), service, runtime.issuer(identity))

    def issuer(self, identity: str = "gateway") -> TokenIssuer:
        """Mints tokens in a service's name."""
        return self.runtime(identity).issuer(identity)

    def set_clock(self, offset_seconds: float) -> None:
        """Moves every service's clock this far from the real time."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(offset_seconds))
        fresh.replace(self.clock_file)

    async def seed_demo(self, running: Collection[str]) -> None:
        """The demo tenants, as `make run` makes them; the simulator is told where it is one of the services running."""
        environment = self.environment("operator")
        if "simulator" not in running:
            del environment["FRONTDESK_SIMULATOR_HTTP"]
        await demo.seed(Runtime(environment))
