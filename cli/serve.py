"""`frontdesk serve <service>[,<service>]`: one process, one event loop, the services named."""

import asyncio
import contextlib
import gc
import importlib
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import uvloop

from libs.app.http import HttpPart
from libs.app.ops import OpsApp
from libs.app.runtime import Runtime
from libs.app.service import Part, Service
from libs.app.settings import SettingsError
from libs.observe.log import configure_logging
from libs.observe.tracing import setup_tracing

_STOP_SECONDS = 20.0


def available() -> list[str]:
    """Every service that can be served."""
    root = Path(__file__).resolve().parents[1] / "services"
    return sorted(path.parent.name for path in root.glob("*/app.py"))


def build(names: Iterable[str], runtime: Runtime) -> list[Service]:
    """The services, put together and not started."""
    services = {name: importlib.import_module(f"services.{name}.app").build(runtime) for name in names}
    if gateway := services.get("gateway"):
        if ingestion := services.get("ingestion"):
            # One process: a webhook need not travel through a second connection.
            gateway.mount("/webhooks", ingestion.front)
            gateway.mount("/widget/v1", ingestion.front)
        if hold := runtime.environment.get("FRONTDESK_HOLD_FILE"):
            gateway.parts = [*gateway.parts, HoldPart(Path(hold))]
    return list(services.values())


class HoldPart:
    """Keeps the public /readyz at 503 while whoever starts the whole desk is not done; the file says with what."""

    name = "start"

    def __init__(self, file: Path) -> None:
        self._file = file

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def problem(self) -> str | None:
        """What the file says, None once it is gone."""
        try:
            return self._file.read_text() or "starting"
        except FileNotFoundError:
            return None


async def _serve(names: list[str], runtime: Runtime) -> None:
    """Puts the services together inside the loop that runs them: gRPC channels belong to the loop they are made in."""
    services = build(names, runtime)
    listen = runtime.common.ops_listen
    await serve(services, HttpPart(OpsApp(services), listen) if listen else None)


async def serve(services: list[Service], ops: Part | None) -> None:
    """Runs the services until SIGTERM or SIGINT; the ones that started are stopped in every case."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        if ops is not None:
            await ops.start()
            stack.push_async_callback(ops.stop)
        for service in services:
            await service.start()
            stack.push_async_callback(_stop, service)
        _settle_memory()
        await stop.wait()


def _settle_memory() -> None:
    """Modules and everything made at the start live as long as the process. Looking through them for garbage again and
    again held up every hundredth message by tens of milliseconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


async def _stop(service: Service) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_STOP_SECONDS):
            await service.stop()


def main(names: list[str]) -> int:
    """Exit code: 0 after a signal, 1 with one line on what is missing, wrong or taken."""
    if unknown := [name for name in names if name not in available()]:
        return _complain(f"There is no service {', '.join(unknown)}: there are {', '.join(available())}.")
    try:
        runtime = Runtime(os.environ)
        configure_logging(runtime.common.log_level, runtime.common.log_console)
        setup_tracing("+".join(names), runtime.common.otlp_url, runtime.common.environment)
        uvloop.run(_serve(names, runtime))
    except SettingsError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(error.strerror or str(error))
    return 0


def _complain(line: str) -> int:
    print(f"frontdesk: {line}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].split(",")))
