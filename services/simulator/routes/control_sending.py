"""Writing as a customer, one event or many: /control/line/{account_id}/…"""

import base64
import binascii
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.simulator.domain.accounts import LineAccount
from services.simulator.domain.events import Draft
from services.simulator.domain.load import LoadSpec
from services.simulator.routes.control import Guard, number, read, read_bytes
from services.simulator.service.entries import vars_of
from services.simulator.service.errors import ControlError
from services.simulator.service.http_client import CallFailed
from services.simulator.service.load import Load
from services.simulator.service.simulator import Simulator
from services.simulator.service.webhooks import envelope, signature


class Message(Draft):
    """A draft, and how often the event is sent again afterwards although it was answered."""

    redeliver: Annotated[int, Field(ge=0, le=20)] = 0


class Batch(BaseModel):
    """Several events for one webhook call."""

    model_config = ConfigDict(extra="forbid")

    events: Annotated[list[Draft], Field(min_length=1, max_length=100)]


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


class SendingRoutes:
    """Everything that makes webhook calls."""

    def __init__(self, simulator: Simulator, guard: Guard) -> None:
        self._simulator = simulator
        self._guard = guard

    def routes(self) -> list[Route]:
        """Every path."""
        one, wrap = "/control/line/{account_id}", self._guard.endpoint
        return [
            Route(f"{one}/messages", wrap(self.send, 201), methods=["POST"]),
            Route(f"{one}/events", wrap(self.send, 201), methods=["POST"]),
            Route(f"{one}/batches", wrap(self.send_together, 201), methods=["POST"]),
            Route(f"{one}/redeliveries", wrap(self.send_again, 201), methods=["POST"]),
            Route(f"{one}/verify", wrap(self.verify), methods=["POST"]),
            Route(f"{one}/raw", wrap(self.send_raw), methods=["POST"]),
            Route(f"{one}/uploads", wrap(self.upload, 201), methods=["POST"]),
            Route(f"{one}/contents/{{message_id}}", wrap(self.content), methods=["GET"]),
            Route(f"{one}/loads", wrap(self.start_load, 202), methods=["POST"]),
            Route(f"{one}/loads/{{load_id}}", wrap(self.show_load), methods=["GET"]),
            Route(f"{one}/loads/{{load_id}}", wrap(self.stop_load), methods=["DELETE"]),
        ]

    async def send(self, request: Request) -> dict[str, Any]:
        """Message → 201 {entry}, after the first try; the entry tells every try."""
        account, message = self._account(request), await read(request, Message)
        draft = Draft(**message.model_dump(exclude={"redeliver"}, exclude_unset=True))
        entry, _ = await self._simulator.customers.act(account, draft)
        for _ in range(message.redeliver):
            await self._simulator.customers.send_again(account, entry.event_id)
        return {"entry": entry.as_json()}

    async def send_together(self, request: Request) -> dict[str, Any]:
        """Batch → 201 {entries, try}"""
        account, batch = self._account(request), await read(request, Batch)
        entries, result = await self._simulator.customers.act_together(account, batch.events)
        return {"entries": [entry.as_json() for entry in entries], "try": vars_of(result)}

    async def send_again(self, request: Request) -> dict[str, Any]:
        """Again → 201 {entry}: the same event as a redelivery."""
        account, again = self._account(request), await read(request, Again)
        entry, _ = await self._simulator.customers.send_again(account, again.event_id)
        return {"entry": entry.as_json()}

    async def verify(self, request: Request) -> dict[str, Any]:
        """The call without events with which a webhook is verified → {try}"""
        account = self._account(request)
        return {"try": vars_of(await self._simulator.webhooks.deliver(account, envelope(account, [])))}

    async def send_raw(self, request: Request) -> dict[str, Any]:
        """Raw → {status, body}, or {status: null, error}; nothing goes into the ledger."""
        account, raw = self._account(request), await read(request, Raw)
        data = raw.data()
        signed = signature(account.secret, data) if raw.signature is None else raw.signature
        headers = ({"x-line-signature": signed} if signed else {}) | raw.headers
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

    async def content(self, request: Request) -> Response:
        """The bytes of a customer's picture, video, voice message or file, as the customer has them."""
        found = self._simulator.contents.find(self._account(request), request.path_params["message_id"])
        return Response(found.data, media_type=found.media_type, headers={"content-security-policy": "sandbox"})

    async def start_load(self, request: Request) -> dict[str, Any]:
        """LoadSpec → 202, the load's progress."""
        spec = await read(request, LoadSpec)
        return self._simulator.start_load(request.path_params["account_id"], spec).as_json()

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

    def _load(self, request: Request) -> Load:
        return self._simulator.load(request.path_params["account_id"], request.path_params["load_id"])

    def _account(self, request: Request) -> LineAccount:
        return self._simulator.accounts.get(request.path_params["account_id"])
