"""What the command line acts as: the identity "operator", against the running desk or the one variables name."""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import grpc

from cli.output import fail
from libs.app.runtime import Runtime
from libs.bus.bus import Bus
from libs.bus.errors import BusUnavailableError
from libs.rpc.client import channel

IDENTITY = "operator"
# Written by `frontdesk run`, readable by its owner alone: how to reach the desk that runs over this data folder.
ENVIRONMENT_FILE = Path("secrets") / "operator.json"
# Elsewhere, as in a pod, this variable tells who the command line is.
_IDENTITY_KEY = "FRONTDESK_IDENTITY_KEY_OPERATOR"
_PAGE = 100

Page = TypeVar("Page")
Row = TypeVar("Row")


def operator_runtime() -> Runtime:
    """From FRONTDESK_* variables; what they leave out comes from the data folder of `frontdesk run`. Where neither
    says who it acts as, the command ends with exit code 1 and the line that says where to run it."""
    folder = Path(os.environ.get("FRONTDESK_DATA_DIR") or ".frontdesk").absolute()
    file = folder / ENVIRONMENT_FILE
    if not file.exists() and not os.environ.get(_IDENTITY_KEY):
        fail(f"{folder} holds no desk. Run this in the project's folder, or set FRONTDESK_DATA_DIR to the desk's data.")
    saved = json.loads(file.read_text()) if file.exists() else {}
    return Runtime({**saved, **os.environ})


@asynccontextmanager
async def rpc(runtime: Runtime, service: str) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a service, in the operator's name."""
    async with channel(runtime.address(service), service, runtime.issuer(IDENTITY)) as opened:
        yield opened


async def listed(
    call: Callable[[Any], Awaitable[Page]], request: Any, rows: Callable[[Page], Iterable[Row]], limit: int
) -> list[Row]:
    """The first `limit` rows of a list RPC, asked for page by page. rows: those of one answer."""
    found: list[Row] = []
    while len(found) < limit:
        request.page_size = min(limit - len(found), _PAGE)
        page: Any = await call(request)
        found += rows(page)
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break
    return found


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
