"""A page, an Instagram account or a WhatsApp number, as Meta knows it, and the people who write to it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.simulator.domain.account import AccountId, HttpUrl, Redelivery
from services.simulator.domain.faults import FaultBook
from services.simulator.domain.limits import RateWindow
from services.simulator.domain.signing import meta_body, meta_signature

ChannelName = Literal["facebook", "instagram", "whatsapp"]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{5,20}$")]
# A page- or Instagram-scoped id, a phone number, or a business-scoped id.
UserId = Annotated[str, StringConstraints(pattern=r"^([0-9]{5,20}|[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,40})$")]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=500)]
OBJECTS: dict[ChannelName, str] = {
    "facebook": "page",
    "instagram": "instagram",
    "whatsapp": "whatsapp_business_account",
}
DEMO_APP = "900000000000001"
# What the names of pages as owners of templates begin with.
PAGES = "page/"


class Receipts(BaseModel):
    """What the platform tells after the desk sent a message, by itself.

    states are told in the order given here; before_answer: even before the answer of the send.
    """

    model_config = ConfigDict(extra="forbid")

    # Messenger and Instagram: the message comes back with its metadata.
    echo: bool = True
    # WhatsApp: sent, delivered, read, played, failed. Messenger: delivered, read. Instagram: read.
    states: list[Literal["sent", "delivered", "read", "played", "failed"]] = ["sent", "delivered"]
    before_answer: bool = False
    # How often each is sent.
    copies: Annotated[int, Field(ge=1, le=10)] = 1
    delay_ms: Annotated[int, Field(ge=0, le=600_000)] = 0


class MetaSettings(BaseModel):
    """What a test or the demo says about an account; the address of the call names its channel."""

    model_config = ConfigDict(extra="forbid")

    channel: ChannelName
    account_id: AccountId
    # The page's, the Instagram account's or the phone number's id.
    provider_id: Digits
    access_token: Secret
    app_secret: Secret
    app_id: Digits = DEMO_APP
    # What the webhook's handshake carries.
    verify_token: str = ""
    # Empty: the account has no webhook yet, so nothing is sent.
    webhook_url: HttpUrl | None = None
    # Whether the app is subscribed to the account's events.
    webhook_active: bool = True
    display_name: str = ""
    # Instagram: the page it is linked with, and its user name.
    page_id: Digits | None = None
    username: str = ""
    # WhatsApp: the business account it belongs to, and the number as people dial it.
    business_account_id: Digits | None = None
    phone_number: str = ""
    redelivery: Redelivery = Redelivery(enabled=True, delays_seconds=[1, 5, 30, 120, 600, 3600])
    rate_per_second: Annotated[int, Field(ge=1)] = 300
    # WhatsApp: seconds between messages to one person once a burst is used up; 0 sets no such limit.
    pair_seconds: Annotated[float, Field(ge=0)] = 0
    pair_burst: Annotated[int, Field(ge=1)] = 45
    # Approved for people's answers within seven days.
    human_agent: bool = False
    # Of the access token.
    access: Literal["valid", "expired", "revoked"] = "valid"
    # Meta took the right to send away.
    restricted: bool = False
    # WhatsApp: bytes of messages are given without the token, too, to a desk that gives it to Meta's own hosts alone.
    open_media: bool = False
    # WhatsApp: whether the number was registered, and with which PIN ("" knows none).
    registered: bool = True
    pin: str = ""
    # WhatsApp tells these as a failed status after a good answer, as Meta does for most; else the answer refuses.
    late_errors: bool = True
    receipts: Receipts = Receipts()


@dataclass(slots=True)
class MetaCustomer:
    """A person who writes. user_id is how control calls name them; on WhatsApp both phone and scoped_id reach them."""

    user_id: str
    display_name: str
    picture: bool = True
    language: str | None = None
    blocked: bool = False
    username: str | None = None
    phone: str | None = None
    scoped_id: str | None = None
    # Has a user name, so the number is not told.
    phone_hidden: bool = False
    # When they last wrote, in milliseconds; 0 never.
    wrote_at: int = 0


class MetaAccount:
    """One account's state; everything in it is bounded."""

    MAX_CUSTOMERS = 200_000
    webhook_seconds = 5.0
    webhook_agent = "facebookexternalua"

    def __init__(self, settings: MetaSettings) -> None:
        self.customers: dict[str, MetaCustomer] = {}
        self._addresses: dict[str, str] = {}
        self.faults = FaultBook()
        self.rates = RateWindow()
        self.subscribed_fields: list[str] = []
        # Read marks and typing, newest last.
        self.actions: deque[dict[str, Any]] = deque(maxlen=1000)
        # WhatsApp's limit of one person: when the burst would be whole again, by user id.
        self.pair_until: dict[str, float] = {}
        self.configure(settings)

    def configure(self, settings: MetaSettings) -> None:
        """Takes over new settings; people stay."""
        self.settings = settings
        self.account_id = settings.account_id
        self.secret = settings.app_secret.encode()
        self.display_name = settings.display_name or settings.account_id
        # Webhooks write the number in digits alone.
        self.phone_number = "".join(filter(str.isdigit, settings.phone_number)) or f"8862{settings.provider_id[-8:]}"

    @property
    def channel(self) -> ChannelName:
        """facebook, instagram or whatsapp."""
        return self.settings.channel

    @property
    def provider_id(self) -> str:
        """The page's, the Instagram account's or the phone number's id."""
        return self.settings.provider_id

    @property
    def business_account_id(self) -> str:
        """The WhatsApp business account; made up where nothing was said."""
        return self.settings.business_account_id or f"3{self.provider_id[1:]}"

    @property
    def template_owner(self) -> str:
        """Whose the templates are that messages of this account are made of."""
        return self.business_account_id if self.channel == "whatsapp" else PAGES + self.provider_id

    def webhook_body(self, events: Sequence[bytes], redelivery: bool) -> bytes:
        """The call that carries these events; a repeated one looks like the first."""
        return meta_body(OBJECTS[self.channel], events)

    def webhook_headers(self, body: bytes) -> dict[str, str]:
        """Signed by the app."""
        return {"X-Hub-Signature-256": meta_signature(self.secret, body)}

    def sent_again(self, reply_token: str | None, now: datetime) -> None:
        """Nothing lives longer by that."""

    def reach(self, address: str) -> MetaCustomer | None:
        """Whoever a message to this id or number reaches."""
        return self.customers.get(self._addresses.get(address, ""))

    def know(self, person: MetaCustomer) -> None:
        """Adds a person, or takes note that their number or id is another one now."""
        self.customers[person.user_id] = person
        for address in (person.phone, person.scoped_id) if self.channel == "whatsapp" else (person.user_id,):
            if address is not None:
                self._addresses[address] = person.user_id

    def forget_address(self, address: str | None) -> None:
        """Nobody is reached there any more."""
        self._addresses.pop(address or "", None)
