"""The registered shops and their orders."""

from collections.abc import Iterator
from typing import Any

from libs.clock.clock import Clock
from services.simulator.domain.shop.accounts import Order, ShopAccount, ShopSettings
from services.simulator.domain.shop.people import first_orders
from services.simulator.service.entries import vars_of
from services.simulator.service.errors import Conflict, NotFound, UnknownAccount
from services.simulator.service.journal import Journal, Record


class ShopBook:
    """Shops by id."""

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self._clock = clock
        self._journal = journal
        self._shops: dict[str, ShopAccount] = {}

    def register(self, settings: ShopSettings) -> ShopAccount:
        """Adds a shop with its first orders, or changes one; orders and messages stay."""
        shop = self._shops.get(settings.account_id)
        if shop is None:
            shop = self._shops[settings.account_id] = ShopAccount(settings)
            for order in first_orders(self._now()):
                shop.orders[order.order_id] = order
        else:
            shop.configure(settings)
        self._journal.write("shop_account", settings=settings.model_dump(mode="json"))
        return shop

    def change(self, account_id: str, changes: dict[str, Any]) -> ShopAccount:
        """Changes some settings of a shop."""
        settings = self.get(account_id).settings.model_dump() | changes
        return self.register(ShopSettings.model_validate(settings))

    def find(self, account_id: str) -> ShopAccount | None:
        """The shop, if there is one."""
        return self._shops.get(account_id)

    def get(self, account_id: str) -> ShopAccount:
        """The shop; UnknownAccount when there is none."""
        shop = self._shops.get(account_id)
        if shop is None:
            raise UnknownAccount(account_id, "order")
        return shop

    def remove(self, account_id: str) -> None:
        """Forgets a shop."""
        del self._shops[self.get(account_id).account_id]
        self._journal.write("shop_removed", account_id=account_id)

    def all(self) -> list[ShopAccount]:
        """In the order they were registered."""
        return list(self._shops.values())

    def ordered(self, shop: ShopAccount, order_id: str, changes: dict[str, Any] | None = None) -> Order:
        """The order with this id, made when unknown; changes are of Order's fields."""
        order = shop.orders.get(order_id)
        if order is None:
            if len(shop.orders) >= shop.MAX_ORDERS:
                raise Conflict(f"Shop {shop.account_id!r} has {shop.MAX_ORDERS} orders; no more fit.")
            order = shop.orders[order_id] = Order(order_id, f"Customer of {order_id[:12]}", created_at=self._now())
        for name, value in (changes or {}).items():
            setattr(order, name, value)
        if changes is not None:
            self._journal.write("shop_order", account_id=shop.account_id, **vars_of(order))
        return order

    def order(self, shop: ShopAccount, order_id: str) -> Order:
        """The order; NotFound when the shop has none."""
        if (order := shop.orders.get(order_id)) is None:
            raise NotFound(f"Shop {shop.account_id!r} has no order {order_id!r}.")
        return order

    def records(self) -> Iterator[Record]:
        """What restore() needs to come back to this state."""
        for shop in self._shops.values():
            yield {"record": "shop_account", "settings": shop.settings.model_dump(mode="json")}
            for order in shop.orders.values():
                yield {"record": "shop_order", "account_id": shop.account_id, **vars_of(order)}

    def restore(self, kind: str, record: Record) -> None:
        """Applies one record of a journal."""
        if kind == "shop_account":
            self.register(ShopSettings.model_validate(record["settings"]))
            return
        shop = self._shops.get(record.pop("account_id"))
        if shop is None:
            return
        if kind == "shop_removed":
            self.remove(shop.account_id)
        else:
            shop.orders[record["order_id"]] = Order(**record)

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
