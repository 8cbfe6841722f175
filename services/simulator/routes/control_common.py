"""What can be done with an account of any platform: /control/{channel}/{account_id}/…"""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.simulator.domain.account import Account
from services.simulator.domain.faults import FaultRule
from services.simulator.domain.load import LoadSpec
from services.simulator.routes.control import AnyFields, Guard, number, read, read_bytes
from services.simulator.service.entries import Sent, Try
from services.simulator.service.errors import ControlError, NotFound
from services.simulator.service.http_client import CallFailed
from services.simulator.service.load import Load
from services.simulator.service.simulator import Simulator

A = TypeVar("A", bound=Account)
D = TypeVar("D", bound=BaseModel)


class Again(BaseModel):
    """Which event to send once more."""

    model_config = ConfigDict(extra="forbid")

    event_id: str


class Raw(BaseModel):
    """Bytes for the webhook. signature replaces the right one; an empty one leaves the header out."""

    model_config = ConfigDict(extra="forbid")

    body: str = ""
    body_base64: str | None = None
    signature: str | None = None
    headers: dict[str, str] = {}

    def data(self) -> bytes:
        """The bytes."""
        if self.body_base64 is None:
            return self.body.encode()
        try:
            return base64.b64decode(self.body_base64, validate=True)
        except binascii.Error as error:
            raise ControlError(f"body_base64 is not base64: {error}") from None


class Repeats(BaseModel):
    """How often an event is sent again afterwards although it was answered."""

    redeliver: Annotated[int, Field(ge=0, le=20)] = 0


class CommonRoutes(Generic[A, D]):
    """One event, faults, load runs, raw bytes, uploads and repeats. find gives the account of a call; act makes the
    event of a draft and sends it."""

    def __init__(
        self,
        simulator: Simulator,
        guard: Guard,
        channel: str,
        find: Callable[[Request], A],
        draft: type[D],
        act: Callable[[A, D], Awaitable[tuple[Sent, Try]]],
    ) -> None:
        self._simulator = simulator
        self._guard = guard
        self._one = f"/control/{channel}/{{account_id}}"
        self._account = find
        self._draft = draft
        self._act = act

    def routes(self) -> list[Route]:
        """Every path."""
        one, wrap = self._one, self._guard.endpoint
        return [
            Route(f"{one}/messages", wrap(self.send, 201), methods=["POST"]),
            Route(f"{one}/events", wrap(self.send, 201), methods=["POST"]),
            Route(f"{one}/redeliveries", wrap(self.send_again, 201), methods=["POST"]),
            Route(f"{one}/raw", wrap(self.send_raw), methods=["POST"]),
            Route(f"{one}/uploads", wrap(self.upload, 201), methods=["POST"]),
            Route(f"{one}/loads", wrap(self.start_load, 202), methods=["POST"]),
            Route(f"{one}/loads/{{load_id}}", wrap(self.show_load), methods=["GET"]),
            Route(f"{one}/loads/{{load_id}}", wrap(self.stop_load), methods=["DELETE"]),
            Route(f"{one}/faults", wrap(self.faults), methods=["GET"]),
            Route(f"{one}/faults", wrap(self.add_fault, 201), methods=["POST"]),
            Route(f"{one}/faults", wrap(self.clear_faults), methods=["DELETE"]),
            Route(f"{one}/faults/{{fault_id}}", wrap(self.remove_fault), methods=["DELETE"]),
        ]

    async def send(self, request: Request) -> dict[str, Any]:
        """The channel's draft, with Repeats → 201 {entry}, after the first try; the entry tells every try."""
        account, given = self._account(request), (await read(request, AnyFields)).model_extra or {}
        repeats = Repeats.model_validate({name: given.pop(name) for name in Repeats.model_fields if name in given})
        entry, _ = await self._act(account, self._draft.model_validate(given))
        for _ in range(repeats.redeliver):
            await self._simulator.send_again(account, entry.event_id)
        return {"entry": entry.as_json()}

    async def send_again(self, request: Request) -> dict[str, Any]:
        """Again → 201 {entry}: the same event as a redelivery."""
        account, again = self._account(request), await read(request, Again)
        return {"entry": (await self._simulator.send_again(account, again.event_id)).as_json()}

    async def send_raw(self, request: Request) -> dict[str, Any]:
        """Raw → {status, body}, or {status: null, error}; nothing goes into the ledger."""
        account, raw = self._account(request), await read(request, Raw)
        data = raw.data()
        signed = account.webhook_headers(data)
        if raw.signature is not None:
            signed = dict.fromkeys(signed, raw.signature) if raw.signature else {}
        headers = signed | raw.headers
        if any("\r" in item or "\n" in item for pair in headers.items() for item in pair):
            raise ControlError("Headers have no line breaks.")
        try:
            answer = await self._simulator.webhooks.post(account, data, headers)
        except CallFailed as failure:
            return {"status": None, "error": f"{failure.reason}: {failure.detail}"}
        return {"status": answer.status, "body": answer.body.decode(errors="replace")}

    async def upload(self, request: Request) -> dict[str, Any]:
        """Raw bytes with their Content-Type → 201 {upload_id}, to be named by the next message."""
        self._account(request)
        media_type = request.headers.get("content-type", "application/octet-stream")
        data = await read_bytes(request)
        if not data:
            raise ControlError("The upload is empty.")
        upload_id = self._simulator.ids.token()
        self._simulator.media.upload(upload_id, data, media_type)
        return {"upload_id": upload_id}

    async def start_load(self, request: Request) -> dict[str, Any]:
        """LoadSpec → 202, the load's progress."""
        account, spec = self._account(request), await read(request, LoadSpec)
        return self._simulator.start_load(account.account_id, spec).as_json()

    async def show_load(self, request: Request) -> dict[str, Any]:
        """?wait=seconds waits for the end that long → progress and latencies."""
        load = self._load(request)
        await load.finished(number(request, "wait", 0, 600))
        return load.as_json()

    async def stop_load(self, request: Request) -> dict[str, Any]:
        """Ends it early → progress."""
        load = self._load(request)
        await load.stop()
        return load.as_json()

    async def faults(self, request: Request) -> dict[str, Any]:
        """{faults: [{id, …FaultRule}]}"""
        rules = self._account(request).faults.rules()
        return {"faults": [{"id": rule_id} | rule.model_dump() for rule_id, rule in rules.items()]}

    async def add_fault(self, request: Request) -> dict[str, Any]:
        """FaultRule → 201 {id, …}"""
        account, rule = self._account(request), await read(request, FaultRule)
        return {"id": account.faults.add(rule)} | rule.model_dump()

    async def clear_faults(self, request: Request) -> Response:
        """204; everything works again."""
        self._account(request).faults.clear()
        return Response(status_code=204)

    async def remove_fault(self, request: Request) -> Response:
        """204"""
        if not self._account(request).faults.remove(request.path_params["fault_id"]):
            raise NotFound(f"No fault {request.path_params['fault_id']!r} is switched on.")
        return Response(status_code=204)

    def _load(self, request: Request) -> Load:
        return self._simulator.load(self._account(request).account_id, request.path_params["load_id"])
