"""POST /{page, Instagram account or phone number}/messages: what Meta accepts, refuses and answers."""

from typing import Any

from libs.clock.clock import Clock
from services.simulator.domain.ids import Ids
from services.simulator.domain.meta import messenger_send, whatsapp_send
from services.simulator.domain.meta.accounts import MetaAccount, MetaCustomer
from services.simulator.domain.meta.errors import GraphError, invalid_parameter
from services.simulator.domain.meta.ids import media_id, message_id
from services.simulator.domain.meta.sends import Sending
from services.simulator.domain.meta.templates import not_usable, render, render_utility
from services.simulator.domain.meta.windows import refusal
from services.simulator.service.api import Reply
from services.simulator.service.entries import Received
from services.simulator.service.hub import Hub
from services.simulator.service.ledger import Ledger
from services.simulator.service.media import MediaStore
from services.simulator.service.meta.api import GraphRequest
from services.simulator.service.meta.book import MetaBook
from services.simulator.service.meta.links import CannotFetch, Links
from services.simulator.service.meta.receipts import Receipts
from services.simulator.service.meta.templates import TemplateShelf

# WhatsApp: failures that come as a status after a good answer.
_LATE = frozenset({131026, 131047, 131053})


class MetaMessaging:
    """Sends messages to customers."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        book: MetaBook,
        ledger: Ledger,
        hub: Hub,
        media: MediaStore,
        receipts: Receipts,
        templates: TemplateShelf,
        links: Links,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._book = book
        self._ledger = ledger
        self._hub = hub
        self._media = media
        self._receipts = receipts
        self._templates = templates
        self._links = links

    def read(self, request: GraphRequest) -> Sending:
        """What the call asks for; GraphError when its form is wrong."""
        body = request.json()
        channel = request.account.channel
        return whatsapp_send.check(body) if channel == "whatsapp" else messenger_send.check(body, channel)

    def chat_of(self, account: MetaAccount, sending: Sending) -> str | None:
        """Whom a call is about."""
        if sending.action and account.channel == "whatsapp":
            about = self._ledger.message(account.account_id, sending.about)
            return about.chat_id if about is not None else None
        person = account.reach(sending.recipient)
        return person.user_id if person is not None else sending.recipient

    async def send(self, account: MetaAccount, request_id: str, sending: Sending) -> Reply:
        """Carries it out."""
        if sending.action:
            return self._act(account, sending)
        if account.channel == "whatsapp":
            return await self._send_whatsapp(account, request_id, sending)
        return await self._send_messenger(account, request_id, sending)

    def _act(self, account: MetaAccount, sending: Sending) -> Reply:
        """Read marks and typing: the customer's phone shows them; nothing is kept for long."""
        chat_id = self.chat_of(account, sending)
        if chat_id is None or chat_id not in account.customers:
            if account.channel == "whatsapp":
                raise invalid_parameter("Invalid parameter: no message has this message_id")
            raise _nobody(account)
        told = {
            "at": self._now(),
            "user_id": chat_id,
            "action": sending.action,
            "message_id": sending.about or None,
        }
        account.actions.append(told)
        self._hub.publish("action", account.account_id, chat_id, lambda: told)
        return Reply({"success": True} if account.channel == "whatsapp" else {"recipient_id": chat_id})

    async def _send_messenger(self, account: MetaAccount, request_id: str, sending: Sending) -> Reply:
        person = account.reach(sending.recipient)
        if person is None:
            raise _nobody(account)
        if (no := refusal(account, person, sending, self._now())) is not None:
            raise no
        self._fill(account, sending)
        message = sending.message or {}
        try:
            message |= await self._fetch(account, sending)
        except CannotFetch as error:
            raise invalid_parameter(f"Upload attachment failure: {error}", 2018047) from None
        entry = self._accept(account, request_id, person, sending, message, arrived=True)
        await self._receipts.follow(account, person, entry)
        return Reply({"recipient_id": person.user_id, "message_id": entry.message_id})

    async def _send_whatsapp(self, account: MetaAccount, request_id: str, sending: Sending) -> Reply:
        person = self._recipient(account, sending.recipient)
        self._fill(account, sending)
        no = refusal(account, person, sending, self._now())
        if no is not None and not (account.settings.late_errors and no.code in _LATE):
            raise no
        failed, message = (no.code if no is not None else 0), sending.message or {}
        if not failed:
            try:
                message |= await self._fetch(account, sending)
            except CannotFetch as error:
                failed = 131053
                message |= {"problem": str(error)}
        entry = self._accept(account, request_id, person, sending, message, arrived=not failed)
        await self._receipts.follow(account, person, entry, failed)
        known = {"wa_id": person.phone} if sending.recipient.isdigit() else {"user_id": person.scoped_id}
        status = {"message_status": "accepted"} if sending.template is not None else {}
        return Reply(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": sending.recipient} | known],
                "messages": [{"id": entry.message_id} | status],
            }
        )

    def _recipient(self, account: MetaAccount, address: str) -> MetaCustomer:
        """Anybody with a number may use WhatsApp; a business-scoped id has to be known."""
        person = account.reach(address)
        if person is None and not address.isdigit():
            raise invalid_parameter("Invalid parameter: no user has this id for this business")
        return person or self._book.meet(account, address)

    def _fill(self, account: MetaAccount, sending: Sending) -> None:
        """A template's text for the customer; raises for a template that cannot be used so."""
        if sending.template is None or sending.message is None:
            return
        template = self._templates.find(account.template_owner, *sending.template)
        components = sending.message["template"].get("components") or []
        if account.channel == "facebook":
            sending.shown = render_utility(template, components)
            return
        if (no := not_usable(template.status if template is not None else None)) is not None:
            raise no
        if template is not None:
            sending.shown = render(template, components)
            sending.message["buttons"] = template.component("BUTTONS").get("buttons", [])

    async def _fetch(self, account: MetaAccount, sending: Sending) -> dict[str, Any]:
        """{media: […]} of everything linked, kept here; {} without links."""
        kept = []
        for attached in sending.attached:
            found = await self._links.fetch(account.channel, attached)
            identifier = media_id(found.kind, self._ids)
            self._media.keep(account.account_id, found.kind, identifier, found.data, found.media_type)
            kept.append({"kind": found.kind, "id": identifier, "media_type": found.media_type, "size": len(found.data)})
        return {"media": kept} if kept else {}

    def _accept(
        self,
        account: MetaAccount,
        request_id: str,
        person: MetaCustomer,
        sending: Sending,
        message: dict[str, Any],
        arrived: bool,
    ) -> Received:
        if sending.about:
            message = message | {"reply_to": {"mid": sending.about}}
        method = "template" if sending.template is not None else "human_agent" if sending.tag else "send"
        entry = Received(
            sequence=0,
            account_id=account.account_id,
            chat_id=person.user_id,
            message_id=message_id(account.channel, self._ids),
            method=method,
            message=message,
            at=self._now(),
            request_id=request_id,
            retry_key=None,
            reply_token=None,
            arrived=arrived,
            shown=sending.shown,
            reference=sending.reference,
        )
        self._ledger.received(entry)
        self._hub.publish("received", account.account_id, person.user_id, entry.as_json)
        return entry

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _nobody(account: MetaAccount) -> GraphError:
    if account.channel == "instagram":
        return invalid_parameter("The requested user cannot be found.", 2534014)
    return invalid_parameter("No matching user found", 2018001)
