"""Writing as a customer on LINE, one event or many: /control/line/{account_id}/…"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.simulator.domain.accounts import LineAccount
from services.simulator.domain.events import Draft
from services.simulator.routes.control import Guard, read
from services.simulator.routes.control_common import CommonRoutes
from services.simulator.service.entries import vars_of
from services.simulator.service.simulator import Simulator


class Batch(BaseModel):
    """Several events for one webhook call."""

    model_config = ConfigDict(extra="forbid")

    events: Annotated[list[Draft], Field(min_length=1, max_length=100)]


class SendingRoutes:
    """Everything that makes webhook calls."""

    def __init__(self, simulator: Simulator, guard: Guard) -> None:
        self._simulator = simulator
        self._guard = guard
        act = simulator.customers.act
        self._common = CommonRoutes(simulator, guard, "line", self._account, Draft, act)

    def routes(self) -> list[Route]:
        """Every path."""
        one, wrap = "/control/line/{account_id}", self._guard.endpoint
        return [
            Route(f"{one}/batches", wrap(self.send_together, 201), methods=["POST"]),
            Route(f"{one}/verify", wrap(self.verify), methods=["POST"]),
            Route(f"{one}/contents/{{message_id}}", wrap(self.content), methods=["GET"]),
            *self._common.routes(),
        ]

    async def send_together(self, request: Request) -> dict[str, Any]:
        """Batch → 201 {entries, try}"""
        account, batch = self._account(request), await read(request, Batch)
        entries, result = await self._simulator.customers.act_together(account, batch.events)
        return {"entries": [entry.as_json() for entry in entries], "try": vars_of(result)}

    async def verify(self, request: Request) -> dict[str, Any]:
        """The call without events with which a webhook is verified → {try}"""
        account = self._account(request)
        body = account.webhook_body([], redelivery=False)
        return {"try": vars_of(await self._simulator.webhooks.deliver(account, body))}

    async def content(self, request: Request) -> Response:
        """The bytes of a customer's picture, video, voice message or file, as the customer has them."""
        found = self._simulator.contents.find(self._account(request), request.path_params["message_id"])
        return Response(found.data, media_type=found.media_type, headers={"content-security-policy": "sandbox"})

    def _account(self, request: Request) -> LineAccount:
        return self._simulator.accounts.get(request.path_params["account_id"])
