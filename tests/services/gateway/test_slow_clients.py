"""One client that does not keep up slows nobody else, and loses nothing."""

import asyncio
import contextlib
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosedError

from services.gateway import consumers
from services.gateway.domain.present.events import frame
from tests.services.gateway.alone import Alone, Listener
from tests.services.gateway.conftest import MakeAlone
from tests.support.wait import eventually

_TEXT = "字" * 20_000
_COUNT = 400


@pytest.mark.promise(7)
async def test_a_client_that_does_not_read_is_sent_away_and_resumes(make_alone: MakeAlone) -> None:
    alone = await make_alone(socket_stall_seconds="2", ring_bytes=str(2**30))
    who = alone.sessions.add(alone.tenant_id, "admin")
    async with alone.listening(who) as quick, alone.listening(who) as slow:
        reading = asyncio.create_task(_read_all(quick))
        for number in range(_COUNT):
            await alone.publish(alone.stored(f"{number} {_TEXT}"))
        assert await reading == list(range(_COUNT))
        await eventually(
            lambda: any(one.ended for one in alone.gateway.desk.hub.subscribers()), what="the stall noticed"
        )
        seen = await _drain(slow)
        assert slow.socket.close_code == 4408
        assert seen == list(range(len(seen)))
        assert len(seen) < _COUNT
    async with alone.listening(who, slow.cursor) as resumed:
        rest = [_number(text) for text in await resumed.texts(_COUNT - len(seen))]
        assert seen + rest == list(range(_COUNT))


async def test_an_event_is_written_out_once_however_many_get_it(
    make_alone: MakeAlone, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counting(*arguments: Any) -> str:
        made.append(frame(*arguments))
        return made[-1]

    monkeypatch.setattr(consumers, "frame", counting)
    alone = await make_alone()
    listeners = await asyncio.gather(*(_open(alone) for _ in range(50)))
    try:
        await alone.publish(alone.stored("once"))
        texts = await asyncio.gather(*(listener.texts(1) for listener in listeners))
        assert texts == [["once"]] * len(listeners)
        assert len(made) == 1
    finally:
        await asyncio.gather(*(listener.socket.close() for listener in listeners))


async def _open(alone: Alone) -> Listener:
    headers = {"Authorization": f"Bearer {alone.token(alone.sessions.add(alone.tenant_id, 'admin', uuid4()))}"}
    listener = Listener(await alone.socket(additional_headers=headers))
    await listener.next("hello")
    return listener


async def _read_all(listener: Listener) -> list[int]:
    return [_number(text) for text in await listener.texts(_COUNT)]


async def _drain(listener: Listener) -> list[int]:
    """What comes until the server closes."""
    seen = []
    with contextlib.suppress(ConnectionClosedError):
        async for text in listener.socket:
            listener.note(text)
            if "message.created" in str(text)[:30]:
                seen.append(_number(str(text).partition('"text":"')[2]))
    return seen


def _number(text: str) -> int:
    return int(text.partition(" ")[0])
