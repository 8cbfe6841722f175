"""What accounts of every platform have in common."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.simulator.domain.faults import FaultBook
from services.simulator.domain.limits import RateWindow

AccountId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+", max_length=500)]


class Redelivery(BaseModel):
    """Whether webhooks that got no 2xx are sent again, and after how many seconds each time."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = False
    delays_seconds: list[Annotated[float, Field(ge=0, le=86_400)]] = [1, 5, 20, 60, 300]


class WebhookSettings(Protocol):
    """Where an account's webhooks go."""

    @property
    def webhook_url(self) -> str | None:
        """None: the account has no webhook yet, so nothing is sent."""

    @property
    def webhook_active(self) -> bool:
        """Switched on."""

    @property
    def redelivery(self) -> Redelivery:
        """What follows a try that failed."""

    @property
    def rate_per_second(self) -> int:
        """Calls of each endpoint a second."""


class Account(Protocol):
    """An account, as far as webhooks, load runs, faults and the log need to know it."""

    account_id: str
    faults: FaultBook
    rates: RateWindow

    @property
    def channel(self) -> str:
        """The platform's name, as in addresses."""

    @property
    def settings(self) -> WebhookSettings:
        """What was registered."""

    @property
    def webhook_seconds(self) -> float:
        """How long the platform waits for an answer."""

    @property
    def webhook_agent(self) -> str:
        """How the platform calls itself."""

    def webhook_body(self, events: Sequence[bytes], redelivery: bool) -> bytes:
        """The call that carries these events."""

    def webhook_headers(self, body: bytes) -> dict[str, str]:
        """The signature of exactly these bytes."""

    def sent_again(self, reply_token: str | None, now: datetime) -> None:
        """An event of this account is on its way once more."""
