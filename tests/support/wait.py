"""Waiting for something to become true, without guessing how long it takes."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

# For what has to come true: only a failing test takes so long, and a machine under load may take some of it.
PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.02


@overload
async def eventually(check: Callable[[], Awaitable[T]], seconds: float = PATIENCE_SECONDS, what: str = "") -> T: ...
@overload
async def eventually(check: Callable[[], T], seconds: float = PATIENCE_SECONDS, what: str = "") -> T: ...
async def eventually(check: Callable[[], Any], seconds: float = PATIENCE_SECONDS, what: str = "") -> Any:
    """Calls check until what it returns (or awaits) is true, and returns that. An AssertionError counts as not yet;
    any other exception goes on at once. After the deadline it fails with the last thing seen."""
    deadline = time.monotonic() + seconds
    while True:
        last: object
        try:
            found = check()
            result = await found if inspect.isawaitable(found) else found
            if result:
                return result
            last = result
        except AssertionError as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"{what or 'it'} did not come true in {seconds:g} s; last seen: {last!r}")
        await asyncio.sleep(_PAUSE_SECONDS)


async def never(check: Callable[[], Awaitable[object] | object], seconds: float = 0.5, what: str = "") -> None:
    """Fails when check becomes true within the time. For what must not happen; prefer proving it by what must."""
    try:
        found = await eventually(check, seconds)
    except AssertionError:
        return
    raise AssertionError(f"{what or 'it'} came true: {found!r}")
