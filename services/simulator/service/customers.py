"""What customers do: they write, take back, edit, block, join and leave."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from libs.clock.clock import Clock
from services.simulator.domain.accounts import LineAccount
from services.simulator.domain.events import Draft, Event, encode, make, merge
from services.simulator.domain.ids import Ids, user_id
from services.simulator.domain.messages import MEDIA_TYPES
from services.simulator.service.accounts import AccountBook
from services.simulator.service.entries import Sent, Try
from services.simulator.service.errors import ControlError
from services.simulator.service.hub import Hub
from services.simulator.service.ledger import Ledger
from services.simulator.service.load import Compose
from services.simulator.service.media import MediaStore
from services.simulator.service.webhooks import Webhooks


class CustomerSide:
    """Turns drafts into events, keeps the account's view of its people in step, and sends."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        accounts: AccountBook,
        ledger: Ledger,
        hub: Hub,
        media: MediaStore,
        webhooks: Webhooks,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._accounts = accounts
        self._ledger = ledger
        self._hub = hub
        self._media = media
        self._webhooks = webhooks

    async def act(self, account: LineAccount, draft: Draft) -> tuple[Sent, Try]:
        """One event in one webhook call; returns the ledger's entry and how the first try went."""
        entry = self.compose(account, draft)
        return entry, await self._webhooks.send(account, [entry])

    async def act_together(self, account: LineAccount, drafts: Sequence[Draft]) -> tuple[list[Sent], Try]:
        """Several events in one webhook call."""
        entries = [self.compose(account, draft) for draft in drafts]
        return entries, await self._webhooks.send(account, entries)

    def compose(self, account: LineAccount, draft: Draft, load_id: str | None = None) -> Sent:
        """The event for a draft, written down but not sent yet."""
        self._webhooks.address(account)
        if draft.upload_id is not None:
            self._media.require_upload(draft.upload_id)
        draft = self._apply(account, draft)
        now = self._clock.now()
        event = make(draft, self._ids, int(now.timestamp() * 1000))
        if draft.kind == "message" and draft.type in MEDIA_TYPES:
            event = self._attach(account, draft, event)
        if event.reply_token is not None:
            account.reply_tokens.issue(event.reply_token, event.chat_id, now)
        entry = self._ledger.sent(account.account_id, event, encode(event.body), load_id)
        self._hub.publish("sent", account.account_id, entry.chat_id, entry.as_json)
        return entry

    def composer(self, account: LineAccount, load_id: str) -> Compose:
        """What a load run writes with."""

        def write(name: str, text: str, timestamp: int) -> Sent:
            # Nothing in it comes from outside, so it is not checked again.
            person = user_id(account.account_id, name)
            draft = Draft.model_construct(user_id=person, text=text, timestamp=timestamp)
            return self.compose(account, draft, load_id)

        return write

    def _apply(self, account: LineAccount, draft: Draft) -> Draft:
        """What the event changes in the account's friends and groups; fills in what follows from them."""
        if draft.user_id is None and draft.chat_id is None:
            raise ControlError("Say who: user_id, chat_id, or both.")
        person = self._accounts.meet(account, draft.user_id) if draft.user_id else None
        if draft.chat_id is not None and draft.chat_id != draft.user_id:
            self._apply_to_group(account, draft, draft.chat_id)
        if person is not None and draft.kind == "unfollow":
            self._accounts.update(account, person.user_id, {"blocked": True})
        if person is not None and draft.kind == "follow":
            again = {"follow": {"isUnblocked": person.blocked}}
            self._accounts.update(account, person.user_id, {"blocked": False})
            return draft.model_copy(update={"details": merge(again, draft.details)})
        if draft.kind in ("unsend", "messageEdited"):
            self._change_message(account, draft)
        return draft

    def _apply_to_group(self, account: LineAccount, draft: Draft, chat_id: str) -> None:
        if draft.kind == "leave":
            self._accounts.leave(account, chat_id)
        elif draft.kind == "memberLeft":
            group = self._accounts.join(account, chat_id, [])
            group.members = [member for member in group.members if member != draft.user_id]
        else:
            self._accounts.join(account, chat_id, [draft.user_id] if draft.user_id else [])

    def _change_message(self, account: LineAccount, draft: Draft) -> None:
        if not draft.message_id:
            raise ControlError(f"Say which message: {draft.kind} needs message_id.")
        if draft.kind == "unsend":
            self._ledger.unsent(account.account_id, draft.message_id)

    def _attach(self, account: LineAccount, draft: Draft, event: Event) -> Event:
        """Keeps the message's bytes for GET …/content, and tells their size where the event does."""
        message: dict[str, Any] = event.body["message"]
        if message.get("contentProvider", {}).get("type") == "external":
            return event
        stored = self._media.attach(account.account_id, draft.type, str(message["id"]), draft.upload_id)
        if draft.type == "file" and not message.get("fileSize"):
            body = merge(event.body, {"message": {"fileSize": len(stored.data)}})
            return replace(event, body=body)
        return event
