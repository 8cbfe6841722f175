"""/control/order: shops, their orders, and what happens to these."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.simulator.domain.shop.accounts import Order, ShopAccount, ShopSettings
from services.simulator.domain.shop.events import ShopDraft
from services.simulator.routes.control import Guard, number, read
from services.simulator.routes.control_common import CommonRoutes
from services.simulator.routes.control_meta import AnyFields
from services.simulator.service.entries import vars_of
from services.simulator.service.simulator import Simulator

_Short = Annotated[str, StringConstraints(max_length=200)]


class OrderChanges(BaseModel):
    """What is known of an order and of who ordered."""

    model_config = ConfigDict(extra="forbid")

    name: _Short | None = None
    member_id: _Short | None = None
    email: _Short | None = None
    phone: _Short | None = None
    status: _Short | None = None
    total: Annotated[int, Field(ge=0, le=10**9)] | None = None


class Happening(ShopDraft):
    """A draft, and how often the event is sent again afterwards although it was answered."""

    redeliver: Annotated[int, Field(ge=0, le=20)] = 0


class ShopControl:
    """Shops by account id."""

    def __init__(self, simulator: Simulator, guard: Guard) -> None:
        self._simulator = simulator
        self._shops = simulator.shops
        self._guard = guard
        self._common = CommonRoutes(simulator, guard, "order", self._shops.book.get)

    def routes(self) -> list[Route]:
        """Every path."""
        one, wrap = "/control/order/{account_id}", self._guard.endpoint
        return [
            Route("/control/order/accounts", wrap(self.register), methods=["POST"]),
            Route("/control/order/accounts", wrap(self.all), methods=["GET"]),
            Route(one, wrap(self.show), methods=["GET"]),
            Route(one, wrap(self.change), methods=["PATCH"]),
            Route(one, wrap(self.remove), methods=["DELETE"]),
            Route(f"{one}/orders", wrap(self.orders), methods=["GET"]),
            Route(f"{one}/orders/{{order_id}}", wrap(self.order), methods=["GET"]),
            Route(f"{one}/orders/{{order_id}}", wrap(self.change_order), methods=["PUT"]),
            Route(f"{one}/messages", wrap(self.send, 201), methods=["POST"]),
            Route(f"{one}/events", wrap(self.send, 201), methods=["POST"]),
            *self._common.routes(),
        ]

    async def register(self, request: Request) -> Response:
        """ShopSettings → 201 the shop, 200 when it was there and is changed."""
        settings = await read(request, ShopSettings)
        known = self._shops.book.find(settings.account_id) is not None
        return JSONResponse(shop_json(self._shops.book.register(settings)), 200 if known else 201)

    async def all(self, _request: Request) -> dict[str, Any]:
        """{accounts: […]}, without their secrets."""
        return {"accounts": [shop_json(shop) for shop in self._shops.book.all()]}

    async def show(self, request: Request) -> dict[str, Any]:
        """One shop."""
        return shop_json(self._shop(request))

    async def change(self, request: Request) -> dict[str, Any]:
        """Some of ShopSettings → the shop."""
        account_id = self._shop(request).account_id
        changes = (await read(request, AnyFields)).model_extra or {}
        return shop_json(self._shops.book.change(account_id, changes | {"account_id": account_id}))

    async def remove(self, request: Request) -> Response:
        """204; its ledger is forgotten, too."""
        account_id = self._shop(request).account_id
        self._simulator.reset(account_id)
        self._shops.book.remove(account_id)
        return Response(status_code=204)

    async def orders(self, request: Request) -> dict[str, Any]:
        """?page_size&page_token → {orders, total, next_page_token}"""
        orders = list(self._shop(request).orders.values())
        size, start = number(request, "page_size", 50, 1000), number(request, "page_token", 0, 10**9)
        end = start + size
        return {
            "orders": [order_json(order) for order in orders[start:end]],
            "total": len(orders),
            "next_page_token": str(end) if end < len(orders) else None,
        }

    async def order(self, request: Request) -> dict[str, Any]:
        """One order."""
        return order_json(self._shops.book.order(self._shop(request), request.path_params["order_id"]))

    async def change_order(self, request: Request) -> dict[str, Any]:
        """OrderChanges → the order, made when unknown; the desk is told by POST …/events alone."""
        shop, changes = self._shop(request), await read(request, OrderChanges)
        known = changes.model_dump(exclude_unset=True, exclude_none=True)
        return order_json(self._shops.book.ordered(shop, request.path_params["order_id"], known))

    async def send(self, request: Request) -> dict[str, Any]:
        """Happening → 201 {entry}, after the first try; the entry tells every try."""
        shop, happening = self._shop(request), await read(request, Happening)
        draft = ShopDraft(**happening.model_dump(exclude={"redeliver"}, exclude_unset=True))
        entry, _ = await self._shops.act(shop, draft)
        for _ in range(happening.redeliver):
            await self._simulator.send_again(shop, entry.event_id)
        return {"entry": entry.as_json()}

    def _shop(self, request: Request) -> ShopAccount:
        return self._shops.book.get(request.path_params["account_id"])


def shop_json(shop: ShopAccount) -> dict[str, Any]:
    """A shop without its secret."""
    settings = shop.settings.model_dump(mode="json", exclude={"webhook_secret"})
    return settings | {
        "display_name": shop.display_name,
        "orders": len(shop.orders),
        "faults": len(shop.faults.rules()),
    }


def order_json(order: Order) -> dict[str, Any]:
    """An order as the shop shows it."""
    return vars_of(order) | {"number": order.number}
