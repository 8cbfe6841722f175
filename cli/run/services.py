"""Which process runs which services, and what each is told: only the secrets of the services it runs."""

import base64
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from cli.run.child import Command
from cli.run.embedded import Urls
from cli.run.folder import DataFolder
from cli.run.settings import RunSettings

# In the order they are started; those missing from services/ are left out.
FEW = {"edge": ("gateway", "ingestion", "simulator"), "core": ("tenants", "conversations", "delivery")}
SERVICES = tuple(service for group in FEW.values() for service in group)
WITH_DATABASE = ("tenants", "conversations", "delivery", "ingestion")
WITH_MEDIA = ("gateway", "delivery", "ingestion")
# Which hand mails over that customers answered with, or take them.
WITH_MAILS = ("ingestion", "simulator", "operator")
# Which know the secrets of the shared Meta app.
WITH_APP = ("ingestion", "delivery", "tenants")
_ALLOWED_HOSTS = "FRONTDESK_FETCH_ALLOWED_HOSTS"
# Variables that are not handed on as they were given.
_OURS = frozenset({"FRONTDESK_DATABASE_URL", _ALLOWED_HOSTS})
# As in cli/demo_accounts.py, which the supervisor does not load.
_DEMO_APP = {
    "META_APP_ID": "900000000000001",
    "META_APP_SECRET": "demo-meta-secret",
    "META_VERIFY_TOKEN": "demo-verify",
}
OPERATOR = "operator"
IDENTITIES = ("gateway", "ingestion", "delivery", "conversations", "tenants", OPERATOR)

# What listens on loopback, the port it would like, and the variables that tell its address.
LISTENERS = {
    "tenants": (9101, ("TENANTS_LISTEN", "TENANTS_ADDRESS")),
    "conversations": (9102, ("CONVERSATIONS_LISTEN", "CONVERSATIONS_ADDRESS")),
    "delivery": (9103, ("DELIVERY_LISTEN", "DELIVERY_ADDRESS")),
    "ingestion": (9104, ("INGESTION_LISTEN", "INGESTION_ADDRESS")),
    "ingestion-http": (8081, ("INGESTION_HTTP_LISTEN",)),
    "simulator": (8082, ("SIMULATOR_LISTEN",)),
    "simulator-smtp": (8025, ("SIMULATOR_SMTP_LISTEN",)),
}
_ROOT = Path(__file__).resolve().parents[2]
_OPS_PORTS = {"edge": 9180, "core": 9181, **{name: 9190 + index for index, name in enumerate(SERVICES)}}


def processes(settings: RunSettings, available: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Process name to the services it runs."""
    here = [service for service in SERVICES if service in set(available)]
    if not settings.demo:
        here = [service for service in here if service != "simulator"]
    if settings.processes == "each":
        return {service: (service,) for service in here}
    groups = {name: tuple(service for service in group if service in here) for name, group in FEW.items()}
    return {name: group for name, group in groups.items() if group}


def wanted_ports(names: Iterable[str]) -> dict[str, int]:
    """Ports for everything that listens, for `ports.choose`."""
    listeners = {name: port for name, (port, _variables) in LISTENERS.items()}
    return {**listeners, **{f"{name}-ops": _OPS_PORTS[name] for name in names}}


class ServicePlan:
    """Commands of the service processes."""

    def __init__(self, settings: RunSettings, folder: DataFolder, ports: Mapping[str, int], urls: Urls) -> None:
        self._settings = settings
        self._folder = folder
        self._ports = ports
        self._urls = urls
        self.hold_file = folder.root / "starting"
        self.files = folder.root / "files"

    def command(self, name: str, services: tuple[str, ...]) -> Command:
        """One service process."""
        env = {**self.environment(services), "FRONTDESK_OPS_LISTEN": f"127.0.0.1:{self._ports[f'{name}-ops']}"}
        if "gateway" in services:
            env["FRONTDESK_HOLD_FILE"] = str(self.hold_file)
        return Command(
            name=name,
            argv=[sys.executable, "-m", "cli.serve", ",".join(services)],
            env=env,
            log=self._folder.logs / f"{name}.log",
        )

    def tool(self, name: str, module: str, *arguments: str, identities: Iterable[str] = ()) -> Command:
        """A program that runs once, with what migrations and the command line need."""
        env = {**self.environment(identities), "FRONTDESK_DATABASE_URL": self._urls.database}
        env |= {f"FRONTDESK_{service.upper()}_DATABASE_URL": self._login(service) for service in WITH_DATABASE}
        return Command(
            name=name,
            argv=[sys.executable, "-m", module, *arguments],
            env=env,
            log=self._folder.logs / f"{name}.log",
        )

    def environment(self, services: Iterable[str]) -> dict[str, str]:
        """The variables of a process that runs these services; what the person has set wins."""
        env = self._common()
        for service in services:
            if service in WITH_DATABASE:
                env[f"{service}_DATABASE_URL"] = self._login(service)
            if service in IDENTITIES:
                env[f"IDENTITY_KEY_{service}"] = str(self.identity_file(service))
            if service == "tenants":
                env["CREDENTIAL_KEYS"] = self._credential_keys()
            if service in WITH_APP and self._settings.demo:
                env |= _DEMO_APP
            if service in WITH_MAILS:
                env["MAIL_SECRET"] = self._folder.secret("mail-secret")
            if service in WITH_MEDIA:
                env["MEDIA_KEY"] = base64.b64encode(bytes.fromhex(self._folder.secret("media-key"))).decode()
        named = {f"FRONTDESK_{name.upper()}": value for name, value in env.items()}
        # The database's own address stays here: it may be an administrator's. Allowed hosts add to the simulator's.
        given = {name: value for name, value in os.environ.items() if value and name not in _OURS}
        return {"MALLOC_ARENA_MAX": "2", **named, **given}

    def operator_environment(self) -> str:
        """For `frontdesk ledger` and its like in another terminal, as JSON."""
        env = self.environment([OPERATOR])
        return json.dumps({name: value for name, value in env.items() if name.startswith("FRONTDESK_")})

    def identity_file(self, service: str) -> Path:
        """Where a service's private key is."""
        return self._folder.secrets / f"{service}.pem"

    def _common(self) -> dict[str, str]:
        root, settings = self._folder.root, self._settings
        env = {
            "host": settings.host,
            "port": str(settings.port),
            "data_dir": str(root),
            "public_url": settings.public_url,
            "nats_url": self._urls.nats,
            "redis_url": self._urls.redis,
            "storage_url": f"file://{self.files}",
            "console_dir": str(_ROOT / "console" / "dist"),
            "widget_dir": str(_ROOT / "widget" / "dist"),
            "identity_keys": str(self._folder.secrets / "identities.json"),
            "ingestion_http": self._http("ingestion-http"),
            "fetch_allowed_hosts": self._allowed_hosts(),
        }
        for name, (_port, variables) in LISTENERS.items():
            env |= dict.fromkeys(variables, f"127.0.0.1:{self._ports[name]}")
        return {**env, **(self._simulated() if settings.demo else {})}

    def _allowed_hosts(self) -> str:
        """The simulator, and whatever else was named."""
        simulator = [f"127.0.0.1:{self._ports['simulator']}"] if self._settings.demo else []
        return ",".join([*simulator, *filter(None, [os.environ.get(_ALLOWED_HOSTS)])])

    def _simulated(self) -> dict[str, str]:
        simulator = self._http("simulator")
        return {
            "simulator_http": simulator,
            "simulator_public_url": f"{self._settings.public_url}/simulator",
            "line_api_url": f"{simulator}/line",
            "line_data_url": f"{simulator}/line",
            "graph_url": f"{simulator}/graph",
            "instagram_url": f"{simulator}/instagram",
            "meta_dialog_url": f"{self._settings.public_url}/simulator/graph",
            "smtp_url": f"smtp://127.0.0.1:{self._ports['simulator-smtp']}",
        }

    def _http(self, listener: str) -> str:
        return f"http://127.0.0.1:{self._ports[listener]}"

    def _login(self, service: str) -> str:
        scheme, _, rest = self._urls.database.partition("://")
        where = rest.rpartition("@")[2]
        return f"{scheme}://frontdesk_{service}:{self._folder.secret(f'database-{service}')}@{where}"

    def _credential_keys(self) -> str:
        return f"k1:{base64.b64encode(bytes.fromhex(self._folder.secret('credential-key'))).decode()}"
