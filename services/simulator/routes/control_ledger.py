"""Reading what happened: /control/ledger, /control/calls, /control/events, /control/mailbox, /control/clock."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.simulator.routes.control import Guard, number, read
from services.simulator.service.entries import Entry, Received, Sent
from services.simulator.service.errors import Conflict, ControlError, NotFound
from services.simulator.service.hub import Filter
from services.simulator.service.simulator import Simulator
from services.simulator.service.summary import summarise

_KEEP_ALIVE_SECONDS = 15


class ClockOffset(BaseModel):
    """How far every process that reads the same clock file is moved."""

    model_config = ConfigDict(extra="forbid")

    offset_seconds: Annotated[float, Field(ge=-(10**9), le=10**9)]


class LedgerRoutes:
    """Everything that only looks, and the clock."""

    def __init__(self, simulator: Simulator, guard: Guard) -> None:
        self._simulator = simulator
        self._guard = guard

    def routes(self) -> list[Route]:
        """Every path."""
        wrap = self._guard.endpoint
        return [
            Route("/control/ledger", wrap(self.entries), methods=["GET"]),
            Route("/control/ledger", wrap(self.reset), methods=["DELETE"]),
            Route("/control/ledger/summary", wrap(self.summary), methods=["GET"]),
            Route("/control/calls", wrap(self.calls), methods=["GET"]),
            Route("/control/events", wrap(self.events), methods=["GET"]),
            Route("/control/clock", wrap(self.clock), methods=["GET"]),
            Route("/control/clock", wrap(self.move_clock), methods=["PUT"]),
            Route("/control/mailbox", wrap(self.mails), methods=["GET"]),
            Route("/control/mailbox", wrap(self.clear_mails), methods=["DELETE"]),
            Route("/control/mailbox/{mail_id}", wrap(self.mail), methods=["GET"]),
        ]

    async def entries(self, request: Request) -> dict[str, Any]:
        """?account_id, user_id or chat_id, direction=sent|received, kind, load_id, order=oldest|newest, page_size,
        page_token → {entries, next_page_token}
        """
        query, size = request.query_params, number(request, "page_size", 100, 10_000)
        after = number(request, "page_token", 0, 10**15)
        newest = query.get("order", "oldest") == "newest"
        found = self._matching(request)
        if newest:
            found.reverse()
        if after:
            found = [entry for entry in found if (entry.sequence < after if newest else entry.sequence > after)]
        page = found[:size]
        return {
            "entries": [entry.as_json() for entry in page],
            "next_page_token": str(page[-1].sequence) if len(found) > size else None,
        }

    async def summary(self, request: Request) -> dict[str, Any]:
        """?account_id → counts of what was sent and received, and how many redeliveries still wait."""
        account_id = _required(request, "account_id")
        self._simulator.account(account_id)
        counts = summarise(self._simulator.ledger.entries(account_id))
        return counts | {"redeliveries_waiting": self._simulator.webhooks.waiting}

    async def reset(self, request: Request) -> Response:
        """?account_id → 204: its ledger, calls and faults are gone; the account and its people stay."""
        self._simulator.reset(_required(request, "account_id"))
        return Response(status_code=204)

    async def calls(self, request: Request) -> dict[str, Any]:
        """?account_id, path (its end) → {calls}: every request to the platform's API, with its fault and outcome."""
        account_id = _required(request, "account_id")
        return {"calls": self._simulator.calls.of(account_id, request.query_params.get("path", ""))}

    async def events(self, request: Request) -> Any:
        """?account_id, user_id or chat_id, types (comma-separated), after=cursor. With Accept: text/event-stream a
        stream of server-sent events (data: {cursor, type, account_id, chat_id, data}), else
        ?wait=seconds for the next → {events, cursor}. Without after: from now on.
        """
        query, hub = request.query_params, self._simulator.hub
        kinds = frozenset(filter(None, query.get("types", "").split(",")))
        wanted = Filter(query.get("account_id", ""), query.get("chat_id") or query.get("user_id", ""), kinds)
        after = request.headers.get("last-event-id") or query.get("after", "")
        cursor = int(after) if after.isascii() and after.isdigit() else hub.cursor
        if "text/event-stream" in request.headers.get("accept", ""):
            headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
            return StreamingResponse(self._stream(cursor, wanted), media_type="text/event-stream", headers=headers)
        found, reached = await hub.wait(cursor, wanted, number(request, "wait", 0, 60))
        return {"events": [item.as_json() for item in found], "cursor": reached}

    async def clock(self, _request: Request) -> dict[str, Any]:
        """{now}, as every process that reads the clock file sees it."""
        return {"now": self._simulator.clock.now().isoformat()}

    async def move_clock(self, request: Request) -> dict[str, Any]:
        """ClockOffset → {now}; 409 when the simulator runs without a clock file."""
        offset = await read(request, ClockOffset)
        if self._simulator.clock_file is None:
            raise Conflict("Time can be moved only where FRONTDESK_CLOCK_FILE names a file.")
        self._simulator.move_clock(offset.offset_seconds)
        return await self.clock(request)

    async def mails(self, request: Request) -> dict[str, Any]:
        """?to=address → {mails: [{id, received_at, from, to, subject}]}, newest first."""
        return {"mails": [mail.summary() for mail in self._simulator.mailbox.mails(request.query_params.get("to", ""))]}

    async def mail(self, request: Request) -> dict[str, Any]:
        """The mail, with headers, text, html and the names of attachments."""
        if (mail := self._simulator.mailbox.find(request.path_params["mail_id"])) is None:
            raise NotFound("No such mail; only the newest are kept.")
        return mail.as_json()

    async def clear_mails(self, _request: Request) -> Response:
        """204"""
        self._simulator.mailbox.clear()
        return Response(status_code=204)

    def _matching(self, request: Request) -> list[Entry]:
        query = request.query_params
        chat_id = query.get("chat_id") or query.get("user_id", "")
        kinds = {"": (Sent, Received), "sent": (Sent,), "received": (Received,)}
        if (direction := query.get("direction", "")) not in kinds:
            raise ControlError("direction is sent or received.")
        kind, load_id = query.get("kind"), query.get("load_id")
        return [
            entry
            for entry in self._simulator.ledger.entries(query.get("account_id", ""), chat_id)
            if isinstance(entry, kinds[direction])
            and chat_id in ("", entry.chat_id)
            and (kind is None or getattr(entry, "kind", None) == kind)
            and (load_id is None or getattr(entry, "load_id", None) == load_id)
        ]

    async def _stream(self, cursor: int, wanted: Filter) -> AsyncIterator[str]:
        yield f"event: hello\nid: {cursor}\ndata: {{}}\n\n"
        async for batch in self._simulator.hub.follow(cursor, wanted, _KEEP_ALIVE_SECONDS):
            lines = [f"id: {item.cursor}\ndata: {json.dumps(item.as_json(), ensure_ascii=False)}\n\n" for item in batch]
            yield "".join(lines) or ": nothing new\n\n"


def _required(request: Request, name: str) -> str:
    if not (value := request.query_params.get(name, "")):
        raise ControlError(f"Say which account: ?{name}=…")
    return value
