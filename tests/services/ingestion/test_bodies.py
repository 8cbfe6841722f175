"""Bodies that are begun and not ended."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from libs.clock.clock import SystemClock
from services.ingestion.routes.bodies import Bodies
from services.ingestion.routes.webhooks import WebhookApp
from services.ingestion.service.webhooks import Call, WebhookService

_MOST = 1000


class _Webhooks:
    """Notes down what it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def receive(self, call: Call) -> None:
        self.bodies.append(call.body)


@pytest.fixture
def webhooks() -> _Webhooks:
    return _Webhooks()


@pytest.fixture
def application(webhooks: _Webhooks) -> WebhookApp:
    bodies = Bodies(seconds=0.5, unfinished=1500, uncounted=100)
    return WebhookApp(cast(WebhookService, webhooks), SystemClock(None), _MOST, frozenset({"line"}), bodies)


async def _post(application: WebhookApp, pieces: Sequence[bytes], ends: bool = True) -> tuple[int, dict[bytes, bytes]]:
    """Status and headers of the answer to a body in these pieces; the client falls silent after them unless it ends."""
    waiting = [
        {"type": "http.request", "body": piece, "more_body": not (ends and number == len(pieces))}
        for number, piece in enumerate(pieces, 1)
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/webhooks/line/any", "headers": []}
    await application(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"])


async def test_a_body_in_pieces_arrives_whole(application: WebhookApp, webhooks: _Webhooks) -> None:
    assert (await _post(application, [b"a" * 400, b"b" * 400, b"c"]))[0] == 200
    assert webhooks.bodies == [b"a" * 400 + b"b" * 400 + b"c"]


async def test_a_body_that_does_not_end_in_time_is_given_up(application: WebhookApp, webhooks: _Webhooks) -> None:
    status, headers = await _post(application, [b"a" * 400], ends=False)
    assert (status, headers[b"connection"]) == (408, b"close")
    assert webhooks.bodies == []


async def test_unfinished_bodies_hold_only_so_much_together_and_never_the_small_ones(application: WebhookApp) -> None:
    held = [asyncio.create_task(_post(application, [b"a" * 800], ends=False)) for _ in range(2)]
    # Each has sent its piece and falls silent once it had a turn.
    await asyncio.sleep(0)
    assert (await _post(application, [b"b" * 300, b"c"]))[0] == 503
    assert (await _post(application, [b"whole in one"]))[0] == 200
    # An ordinary call whose bytes come in several packets.
    assert (await _post(application, [b"b" * 50, b"b" * 50, b"c"]))[0] == 200
    assert [status for status, _ in await asyncio.gather(*held)] == [408, 408]
    # What was given up is not held any more.
    assert (await _post(application, [b"b" * 300, b"c"]))[0] == 200
