"""A shop's platform under /shop: where answers go, customers' pictures, and the page of an order."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from services.simulator.domain.account import Account
from services.simulator.domain.errors import PlatformError
from services.simulator.domain.faults import FaultRule
from services.simulator.domain.shop.accounts import ShopAccount
from services.simulator.routes.api_calls import ApiCalls, Call, read_up_to
from services.simulator.routes.pages import PAGE_HEADERS
from services.simulator.service.api import Reply
from services.simulator.service.shop.platform import Answer
from services.simulator.service.simulator import Simulator

_MOST_BYTES = 1_000_000
_PAGE = Path(__file__).with_name("static") / "orders.html"


@dataclass
class ShopError(PlatformError):
    """An error answer, with when to come again where the shop says so."""

    headers: dict[str, str] = field(default_factory=dict)


class ShopDialect:
    """Errors as {"error": …}."""

    prefix = ""

    def headers(self, request_id: str) -> dict[str, str]:
        """Nothing of its own."""
        return {}

    def error(self, error: PlatformError, request_id: str) -> Response:
        """{"error": why} with the error's status."""
        return JSONResponse(
            {"error": error.message}, error.status, error.headers if isinstance(error, ShopError) else None
        )

    def failure(self, fault: FaultRule) -> PlatformError:
        """What a fault asks for."""
        waits = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        return ShopError(fault.status or 500, fault.message or "The shop has a bad day.", waits)

    def rate_limited(self, account: Account) -> PlatformError:
        """Too many answers in this second."""
        return PlatformError(429, "Too many requests.")


class ShopRoutes:
    """What the desk calls, and what people open."""

    def __init__(self, simulator: Simulator) -> None:
        self._shops = simulator.shops
        self._dialect = ShopDialect()
        self._calls = ApiCalls(simulator, self._dialect)

    def routes(self) -> list[BaseRoute]:
        """Every path."""
        return [
            Route("/shop/answers/{account_id}", self.answer, methods=["POST"]),
            Route("/shop/pictures/{account_id}/{picture_id}", self.picture),
            Route("/shop/orders", _page),
        ]

    async def answer(self, request: Request) -> Response:
        """An answer of the desk, signed as Standard Webhooks say → 200 {id}; the same again for the same webhook-id.
        401 for a signature that is wrong or older than five minutes, 404 without the shop or the order."""
        account_id = request.path_params["account_id"]
        shop = self._shops.book.find(account_id)
        if shop is None:
            return self._dialect.error(PlatformError(404, "There is no such shop."), "")
        body = await read_up_to(request, _MOST_BYTES)
        if len(body) > _MOST_BYTES:
            return self._dialect.error(PlatformError(413, "An answer may have 1 MB."), "")
        webhook_id = request.headers.get("webhook-id", "")
        if not self._shops.verified(shop, body, request.headers):
            return self._dialect.error(PlatformError(401, "The signature is not this shop's."), "")
        try:
            answer = Answer.model_validate_json(body)
        except ValidationError as error:
            return self._dialect.error(PlatformError(400, error.errors()[0]["msg"]), "")
        call = Call(
            shop, "answers", webhook_id, answer.order_id, webhook_id, lambda: self._take(shop, answer, webhook_id)
        )
        return await self._calls.serve(request, call)

    async def picture(self, request: Request) -> Response:
        """A picture that a customer added to a message."""
        shop = self._shops.book.find(request.path_params["account_id"])
        if shop is None:
            return self._dialect.error(PlatformError(404, "There is no such shop."), "")
        found = self._shops.picture(shop, request.path_params["picture_id"])
        return Response(found.data, media_type=found.media_type, headers={"content-security-policy": "sandbox"})

    def _take(self, shop: ShopAccount, answer: Answer, webhook_id: str) -> Reply:
        if answer.order_id not in shop.orders:
            raise PlatformError(404, "There is no such order.")
        return Reply({"id": self._shops.take(shop, answer, webhook_id)})


async def _page(_request: Request) -> Response:
    return FileResponse(_PAGE, media_type="text/html", headers=PAGE_HEADERS)
