"""A shop's platform: it tells of orders and what customers write about them, and takes the desk's answers."""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from libs.clock.clock import Clock
from services.simulator.domain.events import encode
from services.simulator.domain.ids import Ids
from services.simulator.domain.shop.accounts import OrderId, ShopAccount
from services.simulator.domain.shop.events import ShopDraft, make
from services.simulator.domain.shop.people import crowd_order
from services.simulator.service.entries import Received, Sent, Try
from services.simulator.service.hub import Hub
from services.simulator.service.journal import Journal, Record
from services.simulator.service.ledger import Ledger
from services.simulator.service.load import Compose
from services.simulator.service.media import Content, MediaStore
from services.simulator.service.samples import sample
from services.simulator.service.shop.book import ShopBook
from services.simulator.service.webhooks import Webhooks

_FRESH_SECONDS = 300


class Image(BaseModel):
    """A picture of an answer."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=4000)]


class Answer(BaseModel):
    """What the desk sends (docs/guides/order-webhooks.md)."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["order.answer"]
    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    account_id: str
    order_id: OrderId
    text: Annotated[str, StringConstraints(max_length=4000)]
    images: list[Image]


class ShopPlatform:
    """All shops."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        journal: Journal,
        ledger: Ledger,
        hub: Hub,
        media: MediaStore,
        webhooks: Webhooks,
        own_url: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._ledger = ledger
        self._hub = hub
        self._media = media
        self._webhooks = webhooks
        self._own_url = own_url
        self.book = ShopBook(clock, journal)

    async def act(self, shop: ShopAccount, draft: ShopDraft) -> tuple[Sent, Try]:
        """One event in one call; the ledger's entry and how the first try went."""
        entry = self.compose(shop, draft)
        return entry, await self._webhooks.send(shop, [entry])

    def compose(self, shop: ShopAccount, draft: ShopDraft, load_id: str | None = None) -> Sent:
        """The entry for a draft, written down but not sent yet."""
        self._webhooks.address(shop)
        if draft.upload_id is not None:
            self._media.require_upload(draft.upload_id)
        order = self.book.ordered(shop, draft.order_id, {"status": draft.status} if draft.status else None)
        event_id = f"evt_{self._ids.token()}"
        event = make(draft, order, event_id, self._picture(shop, draft, event_id), self._now())
        entry = self._ledger.sent(shop.account_id, event, encode(event.body), load_id)
        self._hub.publish("sent", shop.account_id, entry.chat_id, entry.as_json)
        return entry

    def composer(self, shop: ShopAccount, load_id: str) -> Compose:
        """What a load run writes with."""

        def write(name: str, text: str, timestamp: int) -> Sent:
            order_id = crowd_order(shop.account_id, name)
            draft = ShopDraft.model_construct(order_id=order_id, text=text, timestamp=timestamp)
            return self.compose(shop, draft, load_id)

        return write

    def verified(self, shop: ShopAccount, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the desk signed this answer less than five minutes ago. The library would ask the machine's clock,
        which tests do not move."""
        try:
            at = datetime.fromtimestamp(int(headers.get("webhook-timestamp", "")), UTC)
            wanted = shop.webhook.sign(headers.get("webhook-id", ""), at, body.decode())
        except (ValueError, OverflowError):
            return False
        fresh = abs((self._clock.now() - at).total_seconds()) <= _FRESH_SECONDS
        given = headers.get("webhook-signature", "").split(" ")
        return fresh and any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given)

    def take(self, shop: ShopAccount, answer: Answer, webhook_id: str) -> str:
        """Shows an answer on the order's page, once for each webhook-id; the message's id here."""
        request_id = f"{shop.account_id}/{webhook_id}"
        if self._ledger.knows_request(request_id):
            self._ledger.repeated(request_id)
            return _message_id(request_id)
        entry = Received(
            sequence=0,
            account_id=shop.account_id,
            chat_id=answer.order_id,
            message_id=_message_id(request_id),
            method="answer",
            message=_message(answer),
            at=self._now(),
            request_id=request_id,
            retry_key=webhook_id,
            reply_token=None,
            arrived=True,
        )
        self._ledger.received(entry)
        self._hub.publish("received", shop.account_id, answer.order_id, entry.as_json)
        return entry.message_id

    def picture(self, shop: ShopAccount, identifier: str) -> Content:
        """The bytes of a customer's picture, made again from samples when they are no longer kept."""
        found = self._media.find(shop.account_id, identifier)
        return found or Content("image", *sample("image", identifier), self._clock.now())

    def records(self) -> Iterator[Record]:
        """What restore() needs to come back to this state."""
        yield from self.book.records()

    def restore(self, kind: str, record: Record) -> None:
        """Applies one record of a journal."""
        self.book.restore(kind, record)

    def _picture(self, shop: ShopAccount, draft: ShopDraft, event_id: str) -> str:
        if not (draft.picture or draft.upload_id):
            return ""
        self._media.attach(shop.account_id, "image", event_id, draft.upload_id)
        return f"{self._own_url()}/shop/pictures/{shop.account_id}/{event_id}"

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _message(answer: Answer) -> dict[str, Any]:
    return {"text": answer.text, "images": [image.url for image in answer.images]}


def _message_id(request_id: str) -> str:
    # The same for every repetition of a call.
    return f"ans_{hashlib.sha256(request_id.encode()).hexdigest()[:24]}"
