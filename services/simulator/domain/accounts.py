"""A LINE official account as the platform knows it: its channel, its friends and groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.simulator.domain.account import AccountId, HttpUrl, Redelivery
from services.simulator.domain.faults import FaultBook
from services.simulator.domain.ids import user_id
from services.simulator.domain.limits import MonthlyUsage, RateWindow
from services.simulator.domain.signing import line_body, line_signature
from services.simulator.domain.tokens import ReplyTokens, RetryKeys

ChatId = Annotated[str, StringConstraints(pattern=r"^[UCR][0-9a-f]{32}$")]


class AccountSettings(BaseModel):
    """What a test or the demo says about an account; unset fields keep LINE's usual values."""

    model_config = ConfigDict(extra="forbid")

    account_id: AccountId
    channel_secret: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    access_token: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    # Empty: the account has no webhook yet, so nothing is sent.
    webhook_url: HttpUrl | None = None
    webhook_active: bool = True
    # Made from the account id when left out.
    bot_user_id: Annotated[str, StringConstraints(pattern=r"^U[0-9a-f]{32}$")] | None = None
    display_name: str = ""
    basic_id: str = ""
    redelivery: Redelivery = Redelivery()
    # Pushes a month; None is unlimited.
    monthly_quota: Annotated[int, Field(ge=0)] | None = None
    rate_per_second: Annotated[int, Field(ge=1)] = 2000
    # True answers 401 to every call, as after the token was reissued.
    token_revoked: bool = False


@dataclass(slots=True)
class Customer:
    """A person who uses LINE."""

    user_id: str
    display_name: str
    picture: bool = True
    status_message: str | None = None
    language: str | None = None
    blocked: bool = False


@dataclass(slots=True)
class Group:
    """A group chat or a multi-person chat ("room") the account was invited to."""

    chat_id: str
    name: str
    members: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """As in a source: group or room."""
        return "room" if self.chat_id.startswith("R") else "group"


class LineAccount:
    """One account's state; everything in it is bounded."""

    MAX_CUSTOMERS = 200_000
    channel = "line"
    webhook_seconds = 2.0
    webhook_agent = "LineBotWebhook/2.0"

    def __init__(self, settings: AccountSettings) -> None:
        self.customers: dict[str, Customer] = {}
        self.groups: dict[str, Group] = {}
        self.reply_tokens = ReplyTokens()
        self.retry_keys = RetryKeys()
        self.faults = FaultBook()
        self.usage = MonthlyUsage()
        self.rates = RateWindow()
        self.configure(settings)

    def configure(self, settings: AccountSettings) -> None:
        """Takes over new settings; friends and tokens stay."""
        self.settings = settings
        self.account_id = settings.account_id
        self.secret = settings.channel_secret.encode()
        self.bot_user_id = settings.bot_user_id or user_id("bot", settings.account_id)
        self.display_name = settings.display_name or settings.account_id
        self.basic_id = settings.basic_id or "@" + self.bot_user_id[1:9]

    def webhook_body(self, events: Sequence[bytes], redelivery: bool) -> bytes:
        """The call that carries these events."""
        return line_body(self.bot_user_id, events, redelivery)

    def webhook_headers(self, body: bytes) -> dict[str, str]:
        """Who signed it."""
        return {"x-line-signature": line_signature(self.secret, body)}

    def sent_again(self, reply_token: str | None, now: datetime) -> None:
        """An event of this account is on its way once more: its reply token lives longer."""
        self.reply_tokens.revive(reply_token or "", now)

    def customer(self, customer_id: str) -> Customer | None:
        """The person, when the account ever met them."""
        return self.customers.get(customer_id)

    def chat(self, chat_id: str) -> Customer | Group | None:
        """Whoever a push to this id reaches."""
        return self.customers.get(chat_id) or self.groups.get(chat_id)
