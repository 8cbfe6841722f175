"""Which servers run here, in the data folder, because no variable names a real one."""

from collections.abc import Mapping
from dataclasses import dataclass

from cli.run.account import Account, choose_account
from cli.run.folder import DataFolder
from cli.run.nats import Nats
from cli.run.postgres import Postgres, binaries
from cli.run.redis import Redis
from cli.run.server import EmbeddedServer, program
from cli.run.settings import RunSettings

PORTS = {"postgres": 9432, "nats": 9422, "redis": 9479}


@dataclass(frozen=True)
class Urls:
    """Where the three servers are; database as the role that may migrate."""

    database: str
    nats: str
    redis: str


def embedded_servers(
    settings: RunSettings, folder: DataFolder, ports: Mapping[str, int]
) -> tuple[list[EmbeddedServer], Urls]:
    """The servers to start, and the addresses of all three, started or named."""
    named = {"postgres": settings.database_url, "nats": settings.nats_url, "redis": settings.redis_url}
    missing = [name for name, url in named.items() if url is None]
    account = choose_account(folder.root, [binaries(), program("nats-server")]) if missing else None
    servers = {name: _server(name, folder, ports[name], account) for name in missing}
    url = {name: given or servers[name].url for name, given in named.items()}
    return list(servers.values()), Urls(url["postgres"], url["nats"], url["redis"])


def _server(name: str, folder: DataFolder, port: int, account: Account | None) -> EmbeddedServer:
    kind = {"postgres": Postgres, "nats": Nats, "redis": Redis}[name]
    server: EmbeddedServer = kind(folder.root / name, port, folder.secret(name), folder.logs / f"{name}.log", account)
    return server
