"""A shop whose platform tells the desk of its orders, and takes the desk's answers."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from standardwebhooks.webhooks import Webhook

from services.simulator.domain.account import AccountId, HttpUrl, Redelivery
from services.simulator.domain.faults import FaultBook
from services.simulator.domain.limits import RateWindow

Form = Literal["generic", "shopify", "woocommerce"]
OrderId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
_GID = "gid://shopify/"


class ShopSettings(BaseModel):
    """What a test or the demo says about a shop."""

    model_config = ConfigDict(extra="forbid")

    account_id: AccountId
    # Of both directions: base64 after "whsec_", or any text.
    webhook_secret: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    # Empty: the shop has no webhook yet, so nothing is sent.
    webhook_url: HttpUrl | None = None
    webhook_active: bool = True
    display_name: str = ""
    redelivery: Redelivery = Redelivery(enabled=True, delays_seconds=[1, 5, 30, 120, 600, 3600])
    # Answers a second that are taken.
    rate_per_second: Annotated[int, Field(ge=1)] = 2000


@dataclass(slots=True)
class Order:
    """An order, and who ordered. total: in whole units of the currency. created_at: milliseconds."""

    order_id: str
    name: str
    member_id: str = ""
    email: str = ""
    phone: str = ""
    status: str = "paid"
    total: int = 1280
    currency: str = "TWD"
    created_at: int = 0

    @property
    def number(self) -> str:
        """As people say it."""
        return f"#{self.order_id}"


class ShopAccount:
    """One shop's state; everything in it is bounded."""

    MAX_ORDERS = 200_000
    channel = "order"
    webhook_seconds = 10.0
    webhook_agent = "DemoShop-Webhooks/1.0"

    def __init__(self, settings: ShopSettings) -> None:
        self.orders: dict[str, Order] = {}
        self.faults = FaultBook()
        self.rates = RateWindow()
        self.configure(settings)

    def configure(self, settings: ShopSettings) -> None:
        """Takes over new settings; orders stay."""
        self.settings = settings
        self.account_id = settings.account_id
        self.display_name = settings.display_name or settings.account_id

    @property
    def webhook(self) -> Webhook:
        """Signs calls and verifies answers, as Standard Webhooks' own library does it."""
        secret = self.settings.webhook_secret
        return Webhook(secret if secret.startswith("whsec_") else secret.encode())

    def webhook_body(self, events: Sequence[bytes], redelivery: bool) -> bytes:
        """The call that carries this event: shops send one at a time, and a repeated one looks like the first."""
        if len(events) != 1:
            raise ValueError("a shop's platform sends one event a call")
        return events[0]

    def webhook_headers(self, body: bytes) -> dict[str, str]:
        """Who signed it, in the way of the platform whose form the body has."""
        form, values = form_of(body)
        if form == "generic":
            return self._standard(body, values)
        code = base64.b64encode(hmac.digest(self.settings.webhook_secret.encode(), body, hashlib.sha256)).decode()
        if form == "shopify":
            return {"X-Shopify-Hmac-Sha256": code, "X-Shopify-Topic": "orders/updated"}
        return {"X-WC-Webhook-Signature": code, "X-WC-Webhook-Topic": "order.updated"}

    def sent_again(self, reply_token: str | None, now: datetime) -> None:
        """Nothing lives longer by that."""

    def _standard(self, body: bytes, values: dict[str, Any]) -> dict[str, str]:
        # The time of the event itself: a repeated call is the same, byte for byte.
        identifier, at = str(values.get("id", "msg")), _moment(values.get("at"))
        signature = self.webhook.sign(identifier, at, body.decode(errors="replace"))
        return {
            "webhook-id": identifier,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }


def form_of(body: bytes) -> tuple[Form, dict[str, Any]]:
    """Whose form a body has, and what it says."""
    try:
        values = json.loads(body)
    except ValueError:
        return "generic", {}
    if not isinstance(values, dict) or "type" in values:
        return "generic", values if isinstance(values, dict) else {}
    return ("shopify" if str(values.get("admin_graphql_api_id", "")).startswith(_GID) else "woocommerce"), values


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(1, UTC)
