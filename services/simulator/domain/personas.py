"""People to write as, the same on every account."""

from services.simulator.domain.accounts import Customer
from services.simulator.domain.ids import user_id

_PEOPLE = (
    ("林小美", "zh-Hant", "今天也要加油"),
    ("王大明", "zh-Hant", None),
    ("陳怡君", "zh-Hant", "☕️"),
    ("李娜", "zh-Hans", None),
    ("Alex Chan", "en", "On holiday until Monday"),
)


def personas(account_id: str) -> list[Customer]:
    """The customers every account begins with."""
    return [Customer(user_id(account_id, name), name, True, status, language) for name, language, status in _PEOPLE]


def passer_by(customer_id: str) -> Customer:
    """Somebody who writes without having been introduced."""
    return Customer(customer_id, f"Customer {customer_id[1:7]}", picture=False)
