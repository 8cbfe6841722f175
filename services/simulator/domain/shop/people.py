"""Orders that every shop begins with."""

import hashlib

from services.simulator.domain.shop.accounts import Order

_ORDERS = (
    ("1077", "林小美", "501", "xiaomei@example.com", "+886912000001", 2480),
    ("1078", "王大明", "502", "daming@example.com", "+886912000002", 690),
    ("1079", "李娜", "", "lina@example.com", "", 3150),
    ("1080", "Alex Chan", "504", "alex@example.com", "+85290000004", 1280),
)


def first_orders(now_ms: int) -> list[Order]:
    """Of the people one can write as."""
    return [
        Order(number, name, member, email, phone, total=total, created_at=now_ms)
        for number, name, member, email, phone, total in _ORDERS
    ]


def crowd_order(account_id: str, name: str) -> str:
    """The order of one of a load run's many."""
    return str(int.from_bytes(hashlib.sha256(f"{account_id}\0{name}".encode()).digest()[:7]))
