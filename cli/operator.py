"""What the command line acts as: the identity "operator", against the running desk or the one variables name."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc

from libs.app.runtime import Runtime
from libs.bus.bus import Bus
from libs.bus.errors import BusUnavailableError
from libs.rpc.client import channel

IDENTITY = "operator"
# Written by `frontdesk run`, readable by its owner alone: how to reach the desk that runs over this data folder.
ENVIRONMENT_FILE = Path("secrets") / "operator.json"


def operator_runtime() -> Runtime:
    """From FRONTDESK_* variables; what they leave out comes from the data folder of `frontdesk run`."""
    file = Path(os.environ.get("FRONTDESK_DATA_DIR", ".frontdesk")) / ENVIRONMENT_FILE
    saved = json.loads(file.read_text()) if file.exists() else {}
    return Runtime({**saved, **os.environ})


@asynccontextmanager
async def rpc(runtime: Runtime, service: str) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a service, in the operator's name."""
    async with channel(runtime.address(service), service, runtime.issuer(IDENTITY)) as opened:
        yield opened


@asynccontextmanager
async def bus(runtime: Runtime) -> AsyncIterator[Bus]:
    """The bus; BusUnavailableError when there is no broker within five seconds."""
    opened = Bus(runtime.common.nats_url, "frontdesk-cli")
    try:
        if not await opened.connect(wait=5):
            raise BusUnavailableError(opened.problem())
        yield opened
    finally:
        await opened.close()
