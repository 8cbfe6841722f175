"""What people do on Meta's channels: they write, react, edit, take back, press buttons, come from ads."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from libs.clock.clock import Clock
from services.simulator.domain.events import Event
from services.simulator.domain.ids import Ids
from services.simulator.domain.meta import attachments, messenger, whatsapp, written
from services.simulator.domain.meta.accounts import MetaAccount, MetaCustomer
from services.simulator.domain.meta.drafts import MetaDraft
from services.simulator.domain.meta.ids import business_scoped_id, media_id, message_id, phone_number
from services.simulator.domain.meta.people import crowd_id
from services.simulator.domain.meta.written import Media
from services.simulator.domain.signing import meta_json
from services.simulator.service.entries import Sent, Try
from services.simulator.service.errors import ControlError
from services.simulator.service.hub import Hub
from services.simulator.service.journal import Record
from services.simulator.service.ledger import Ledger
from services.simulator.service.load import Compose
from services.simulator.service.media import MediaStore
from services.simulator.service.meta.book import MetaBook
from services.simulator.service.meta.grouping import grouped
from services.simulator.service.webhooks import Webhooks

# What opens the window in which the account may answer.
_OPENS = frozenset({"message", "postback"})
_RECEIPTS = frozenset({"read", "delivery", "status"})
_NEEDS_MESSAGE = frozenset({"edit", "unsend", "reaction"}) | _RECEIPTS
_NAMES = {
    "image": "photo.jpg",
    "video": "video.mp4",
    "audio": "voice.m4a",
    "file": "order.pdf",
    "sticker": "sticker.png",
}


class MetaSide:
    """Turns drafts into webhook entries, and sends them."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        book: MetaBook,
        ledger: Ledger,
        hub: Hub,
        media: MediaStore,
        webhooks: Webhooks,
        own_url: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._book = book
        self._ledger = ledger
        self._hub = hub
        self._media = media
        self._webhooks = webhooks
        self._own_url = own_url

    async def act(self, account: MetaAccount, draft: MetaDraft) -> tuple[Sent, Try]:
        """One event in one webhook call; returns the ledger's entry and how the first try went."""
        entry = self.compose(account, draft)
        return entry, await self._webhooks.send(account, [entry])

    async def act_together(
        self, drafts: Sequence[tuple[MetaAccount, MetaDraft]], merged: bool
    ) -> tuple[list[Sent], Try]:
        """Events of one or many accounts of an app in one webhook call, signed by the first one's app; merged puts
        neighbours of one account into one entry."""
        first = drafts[0][0]
        entries = [self.compose(account, draft) for account, draft in drafts]
        raws = [entry.raw for entry in entries if entry.raw is not None]
        body = first.webhook_body(grouped(raws) if merged else raws, redelivery=False)
        result = await self._webhooks.deliver(first, body)
        for (account, _), entry in zip(drafts, entries, strict=True):
            self._webhooks.record(account, [entry], result)
        return entries, result

    def compose(self, account: MetaAccount, draft: MetaDraft, load_id: str | None = None) -> Sent:
        """The entry for a draft, written down but not sent yet."""
        self._webhooks.address(account)
        if draft.upload_id is not None:
            self._media.require_upload(draft.upload_id)
        self._check(account, draft)
        person = self._book.meet(account, draft.user_id)
        now_ms = int(self._clock.now().timestamp() * 1000)
        if draft.kind in _RECEIPTS:
            return self.write_down(account, self._receipt(account, person, draft, now_ms))
        draft = self._apply(account, person, draft)
        event = self._event(account, person, draft, now_ms)
        if draft.kind in _OPENS:
            person.wrote_at = max(person.wrote_at, event.timestamp)
        self._renew(account, person, draft)
        return self.write_down(account, event, load_id)

    def remember(self, account: MetaAccount, record: Record) -> None:
        """Who wrote when, from a journal's record of an event."""
        if record["user_id"] and record["kind"] in _OPENS:
            person = self._book.meet(account, record["user_id"])
            person.wrote_at = max(person.wrote_at, record["timestamp"])

    def write_down(self, account: MetaAccount, event: Event, load_id: str | None = None) -> Sent:
        """The ledger's entry of an event that is about to be sent."""
        if not event.event_id:
            event = replace(event, event_id=self._ids.token())
        entry = self._ledger.sent(account.account_id, event, meta_json(event.body), load_id)
        self._hub.publish("sent", account.account_id, entry.chat_id, entry.as_json)
        return entry

    def composer(self, account: MetaAccount, load_id: str) -> Compose:
        """What a load run writes with."""

        blank = MetaDraft(user_id=account.provider_id)

        def write(name: str, text: str, timestamp: int) -> Sent:
            # Nothing in it comes from outside, so it is not checked again.
            said = {"user_id": crowd_id(account, name), "text": text, "timestamp": timestamp}
            return self.compose(account, blank.model_copy(update=said), load_id)

        return write

    def _event(self, account: MetaAccount, person: MetaCustomer, draft: MetaDraft, now_ms: int) -> Event:
        new_id = message_id(account.channel, self._ids)
        media = self._attach(account, draft)
        if account.channel == "whatsapp":
            return whatsapp.make(draft, account, person, new_id, media, now_ms)
        address = ""
        if media is not None:
            address = f"{self._own_url()}/graph/cdn/{account.account_id}/{media.media_id}/{media.file_name}"
        return messenger.make(draft, account, new_id, address, now_ms)

    def _receipt(self, account: MetaAccount, person: MetaCustomer, draft: MetaDraft, now_ms: int) -> Event:
        """What became of a message of the account, told by hand."""
        about, at = draft.message_id or "", now_ms if draft.timestamp is None else draft.timestamp
        sent = self._ledger.answer(account.account_id, about)
        if account.channel == "whatsapp":
            reference, template = (sent.reference, sent.method == "template") if sent is not None else ("", False)
            state = "read" if draft.kind == "read" else draft.state
            return whatsapp.status(account, person, about, state, reference, at, draft.code, template)
        state = "read" if draft.kind == "read" or draft.state == "read" else "delivered"
        return messenger.receipt(account, person.user_id, state, about, sent.at if sent is not None else at, at)

    @staticmethod
    def _check(account: MetaAccount, draft: MetaDraft) -> None:
        if draft.kind in _NEEDS_MESSAGE and not draft.message_id:
            raise ControlError(f"Say which message: {draft.kind} needs message_id.")
        if draft.kind == "unsend" and account.channel == "facebook":
            raise ControlError("Messenger tells nobody when somebody takes a message back.")
        if draft.kind in ("number_changed", "user_id_changed") and account.channel != "whatsapp":
            raise ControlError(f"{draft.kind} happens on WhatsApp only.")

    def _apply(self, account: MetaAccount, person: MetaCustomer, draft: MetaDraft) -> MetaDraft:
        """Fills in what follows from who writes, and marks what was taken back."""
        if draft.kind == "unsend":
            self._ledger.unsent(account.account_id, draft.message_id or "")
        if draft.kind == "number_changed":
            number = draft.new_id or phone_number(person.user_id, "new", person.phone or "")
            system = {"system": {"user_id": business_scoped_id("TW", account.account_id, number)}}
            return draft.model_copy(update={"new_id": number, "details": system | draft.details})
        if draft.kind == "user_id_changed":
            scoped = draft.new_id or business_scoped_id("TW", account.account_id, person.scoped_id or "", "new")
            return draft.model_copy(update={"new_id": scoped})
        return draft

    def _renew(self, account: MetaAccount, person: MetaCustomer, draft: MetaDraft) -> None:
        """From the event on, somebody has another number or id."""
        if draft.kind == "number_changed":
            scoped = business_scoped_id("TW", account.account_id, draft.new_id or "")
            self._book.update(account, person.user_id, {"phone": draft.new_id, "scoped_id": scoped})
        elif draft.kind == "user_id_changed":
            self._book.update(account, person.user_id, {"scoped_id": draft.new_id})

    def _attach(self, account: MetaAccount, draft: MetaDraft) -> Media | None:
        """Keeps the bytes of a message, uploaded before or from samples."""
        names = written.MEDIA if account.channel == "whatsapp" else attachments.MEDIA
        if draft.kind not in ("message", "echo") or draft.type not in names:
            return None
        kind = attachments.MEDIA.get(draft.type, "file")
        identifier = media_id(kind, self._ids)
        stored = self._media.attach(account.account_id, kind, identifier, draft.upload_id)
        digest = base64.b64encode(hashlib.sha256(stored.data).digest()).decode()
        return Media(identifier, stored.media_type, digest, draft.file_name or _NAMES[kind])
