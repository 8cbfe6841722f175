"""Whether the servers that variables name are there at all, told before anything else is started."""

import asyncio
from urllib.parse import urlsplit

from cli.run.settings import RunSettings
from cli.run.trouble import Trouble

_SECONDS = 5.0


async def check_named(settings: RunSettings) -> None:
    """Trouble names the first server that takes no connection."""
    named = (
        ("PostgreSQL", "DATABASE_URL", settings.database_url, 5432),
        ("NATS", "NATS_URL", settings.nats_url, 4222),
        ("Redis", "REDIS_URL", settings.redis_url, 6379),
    )
    for what, variable, url, default_port in named:
        if url is not None:
            await _check(what, f"FRONTDESK_{variable}", url, default_port)


async def _check(what: str, variable: str, url: str, default_port: int) -> None:
    # A cluster is named by several addresses; one that answers is enough.
    problems = []
    for address in url.split(","):
        host, port = _host_and_port(variable, address, default_port)
        try:
            async with asyncio.timeout(_SECONDS):
                _reader, writer = await asyncio.open_connection(host, port)
            writer.close()
        except TimeoutError:
            problems.append(f"{host}:{port}: no answer in {_SECONDS:.0f} s")
        except OSError as error:
            problems.append(f"{host}:{port}: {error.strerror or error}")
        else:
            return
    raise Trouble(f"{what} cannot be reached at {'; '.join(problems)}: start it, or correct {variable}.")


def _host_and_port(variable: str, address: str, default_port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return parts.hostname or "127.0.0.1", parts.port or default_port
    except ValueError as error:
        raise Trouble(f"{variable} is not an address: {error}.") from error
