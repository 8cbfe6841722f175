"""/control/order: shops, their orders, and what happens to these."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.routing import Route

from services.simulator.domain.shop.accounts import Order, ShopAccount, ShopSettings
from services.simulator.domain.shop.events import ShopDraft
from services.simulator.routes.control import Guard, read
from services.simulator.routes.control_book import BookRoutes, page
from services.simulator.routes.control_common import CommonRoutes
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


class ShopControl:
    """Shops by account id."""

    def __init__(self, simulator: Simulator, guard: Guard) -> None:
        self._simulator = simulator
        self._shops = simulator.shops
        self._guard = guard
        self._book = BookRoutes(simulator, guard, "order", simulator.shops.book, ShopSettings, shop_json)
        self._shop = self._book.of
        self._common = CommonRoutes(simulator, guard, "order", self._shop, ShopDraft, simulator.shops.act)

    def routes(self) -> list[Route]:
        """Every path."""
        one, wrap = "/control/order/{account_id}", self._guard.endpoint
        return [
            *self._book.routes(),
            Route(f"{one}/orders", wrap(self.orders), methods=["GET"]),
            Route(f"{one}/orders/{{order_id}}", wrap(self.order), methods=["GET"]),
            Route(f"{one}/orders/{{order_id}}", wrap(self.change_order), methods=["PUT"]),
            *self._common.routes(),
        ]

    async def orders(self, request: Request) -> dict[str, Any]:
        """?page_size&page_token → {orders, total, next_page_token}"""
        return page(request, "orders", list(self._shop(request).orders.values()), order_json)

    async def order(self, request: Request) -> dict[str, Any]:
        """One order."""
        return order_json(self._shops.book.order(self._shop(request), request.path_params["order_id"]))

    async def change_order(self, request: Request) -> dict[str, Any]:
        """OrderChanges → the order, made when unknown; the desk is told by POST …/events alone."""
        shop, changes = self._shop(request), await read(request, OrderChanges)
        known = changes.model_dump(exclude_unset=True, exclude_none=True)
        return order_json(self._shops.book.ordered(shop, request.path_params["order_id"], known))


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
