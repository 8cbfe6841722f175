"""The WebSocket /api/v1/stream: what happens, as it happens."""

import asyncio
import contextlib
import json
import time
from typing import Any
from urllib.parse import parse_qs

from libs.edge.clients import SUBPROTOCOL, bearer
from libs.observe.metrics import Counter, Histogram
from libs.rpc.errors import FrontdeskError, UnauthenticatedError
from services.gateway.domain.cursor import Cursor
from services.gateway.domain.ring import Entry
from services.gateway.routes.problems import error_response
from services.gateway.service.access import Access
from services.gateway.service.desk import Desk
from services.gateway.service.principals import SignedIn
from services.gateway.service.subscriber import (
    LATER,
    PING,
    RECHECK,
    RELOAD,
    SLOW,
    TOO_MANY,
    UNAUTHORIZED,
    Subscriber,
)

_frames = Counter("frontdesk_gateway_frames_total", "Events written to sockets.")
_ended = Counter("frontdesk_gateway_sockets_ended_total", "Sockets closed by the gateway.", ["code"])
_lag = Histogram(
    "frontdesk_gateway_event_lag_seconds",
    "From an event's arrival in the stream to a socket's write.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

_BATCH = 64
# Client messages a socket may send in one second; a client renews its token every few minutes.
_MOST_MESSAGES = 20


class Stream:
    """An ASGI application for WebSockets. Without a token the handshake is refused with 401; with one that is over
    the socket opens and closes with 4401, because browsers do not tell pages why a handshake failed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        await receive()
        token = bearer(scope)
        if not token:
            await error_response(UnauthenticatedError("Sign in to listen."))(scope, receive, send)
            return
        await send({"type": "websocket.accept", "subprotocol": _protocol(scope)})
        try:
            access = self._desk.tokens.verify(token)
            subscriber = self._admit(access, await self._desk.principals.get(access), _asked(scope))
        except FrontdeskError as error:
            await _close(send, *(UNAUTHORIZED if error.http_status == 401 else LATER))
            return
        if subscriber is None:
            await _close(send, *TOO_MANY)
            return
        await Session(self._desk, subscriber, receive, send).run()

    def _admit(self, access: Access, who: SignedIn, asked: str) -> Subscriber | None:
        """Attached to the hub; None when there are too many."""
        hub = self._desk.hub
        if not hub.room_for(access.tenant_id, access.teammate_id):
            return None
        newest = hub.cursor.sequence
        cursor = Cursor.parse(asked)
        resumes = cursor is not None and hub.can_resume(access.tenant_id, cursor)
        subscriber = Subscriber(access, who, cursor.sequence if cursor and resumes else newest, newest)
        # What is known of the teammate may have changed while it was on its way here.
        subscriber.demand(RECHECK)
        if asked and not resumes:
            subscriber.demand(RELOAD)
        hub.attach(subscriber)
        return subscriber


class Session:
    """One open socket until it is gone."""

    def __init__(self, desk: Desk, subscriber: Subscriber, receive: Any, send: Any) -> None:
        self._desk = desk
        self._subscriber = subscriber
        self._receive = receive
        self._raw_send = send
        self._gone = False

    async def run(self) -> None:
        """Reads and writes. A socket whose close frame cannot leave, because nobody reads, counts until it is lost."""
        reader = asyncio.create_task(self._read())
        try:
            # OSError: the client is gone, which the reader learns, too.
            with contextlib.suppress(OSError):
                await self._write()
            await reader
        finally:
            reader.cancel()
            self._desk.hub.detach(self._subscriber)

    async def _write(self) -> None:
        try:
            await self._send("hello")
            while self._subscriber.ended is None:
                await self._turn()
        except TimeoutError:
            self._subscriber.end(*SLOW)
        if self._subscriber.ended and not self._gone:
            await _close(self._raw_send, *self._subscriber.ended)

    async def _turn(self) -> None:
        subscriber = self._subscriber
        await subscriber.woken()
        if subscriber.take_demand(RECHECK):
            await self._recheck()
        if subscriber.may_send and subscriber.take_demand(RELOAD):
            await self._send("reload")
        while entries := self._waiting():
            await self._show(entries)
        if subscriber.take_demand(PING):
            await self._send("ping")

    def _waiting(self) -> list[Entry]:
        return self._desk.hub.waiting(self._subscriber, _BATCH) if self._subscriber.undisturbed else []

    async def _show(self, entries: list[Entry]) -> None:
        """Looks at each event again right before it is sent: what may be seen can change while others are sent."""
        subscriber = self._subscriber
        for entry in entries:
            if not subscriber.undisturbed:
                return
            if self._desk.hub.shows(subscriber, entry) and (frame := entry.frame):
                await self._send_text(frame)
                _frames.inc()
                if entry.published_at and entry.sequence > subscriber.live_from:
                    _lag.observe(max(0.0, time.time() - entry.published_at))
            subscriber.position = entry.sequence
        # Others want a turn when there is much to replay.
        await asyncio.sleep(0)

    async def _recheck(self) -> None:
        subscriber = self._subscriber
        try:
            subscriber.visibility = (await self._desk.principals.get(subscriber.access)).claims.visibility
        except FrontdeskError as error:
            if error.http_status == 401:
                subscriber.end(*UNAUTHORIZED)
            else:
                subscriber.postpone(RECHECK)

    async def _send(self, kind: str) -> None:
        cursor = Cursor(self._desk.hub.cursor.epoch, self._subscriber.position)
        await self._send_text(f'{{"type":"{kind}","cursor":"{cursor}"}}')

    async def _send_text(self, text: str) -> None:
        async with asyncio.timeout(self._desk.settings.socket_stall_seconds):
            await self._raw_send({"type": "websocket.send", "text": text})

    async def _read(self) -> None:
        while self._subscriber.received <= _MOST_MESSAGES:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._gone = True
                self._subscriber.end(1000, "")
                return
            self._subscriber.received += 1
            self._hear(message.get("text") or "")
        self._subscriber.end(*TOO_MANY)

    def _hear(self, text: str) -> None:
        """{"type": "token", "access_token": …} renews; anything else is left aside."""
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(frame, dict) or frame.get("type") != "token":
            return
        try:
            access = self._desk.tokens.verify(str(frame.get("access_token")))
        except UnauthenticatedError:
            self._subscriber.end(*UNAUTHORIZED)
            return
        if (access.tenant_id, access.session_id) != (self._subscriber.tenant_id, self._subscriber.session_id):
            self._subscriber.end(*UNAUTHORIZED)
            return
        self._subscriber.access = access


def _protocol(scope: Any) -> str | None:
    return SUBPROTOCOL if SUBPROTOCOL in scope["subprotocols"] else None


def _asked(scope: Any) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("cursor", [""])[-1]


async def _close(send: Any, code: int, reason: str) -> None:
    _ended.labels(code).inc()
    """Behind what was written before: to a client that does not read it comes when it reads again, or is lost."""
    with contextlib.suppress(OSError):
        await send({"type": "websocket.close", "code": code, "reason": reason})
