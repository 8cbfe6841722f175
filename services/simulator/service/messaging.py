"""Sending messages to customers: what LINE accepts, refuses and answers."""

from typing import Any

from libs.clock.clock import Clock
from services.simulator.domain.accounts import Customer, Group, LineAccount
from services.simulator.domain.errors import LineError, invalid_reply_token, quota_exceeded, retry_key_accepted
from services.simulator.domain.ids import Ids
from services.simulator.domain.tokens import Acceptance
from services.simulator.domain.validation import check_messages, check_recipient, check_reply_token, check_retry_key
from services.simulator.service.api import Reply, Request
from services.simulator.service.entries import Received
from services.simulator.service.hub import Hub
from services.simulator.service.ledger import Ledger

_QUOTABLE = frozenset({"text", "textV2", "sticker", "image", "video", "template", "flex"})


class Messaging:
    """POST /v2/bot/message/…"""

    def __init__(self, clock: Clock, ids: Ids, ledger: Ledger, hub: Hub) -> None:
        self._clock = clock
        self._ids = ids
        self._ledger = ledger
        self._hub = hub

    def reply(self, request: Request) -> Reply:
        """Answers an event: free, once, within a minute."""
        if request.retry_key is not None:
            raise LineError(400, "The X-Line-Retry-Key header is not supported by this endpoint")
        body = request.json()
        token, messages = check_reply_token(body), check_messages(body)
        tokens = request.account.reply_tokens
        if (known := tokens.find(token, self._clock.now())) is None:
            raise invalid_reply_token()
        tokens.spend(token)
        return Reply({"sentMessages": self._accept(request, "reply", known.chat_id, messages, token)})

    def push(self, request: Request) -> Reply:
        """Sends at any time; billed, and with a retry key carried out once however often it is asked for."""
        account, now = request.account, self._clock.now()
        key, body = check_retry_key(request.retry_key), request.json()
        recipient, messages = check_recipient(body), check_messages(body)
        if key is not None and (accepted := account.retry_keys.find(key, now)) is not None:
            self._ledger.repeated(accepted.request_id)
            raise retry_key_accepted(accepted.request_id, accepted.sent_messages)
        chat = account.chat(recipient)
        if chat is None:
            raise LineError(400, "Failed to send messages")
        self._bill(account, chat)
        sent = self._accept(request, "push", recipient, messages, None)
        if key is not None:
            account.retry_keys.accept(key, Acceptance(request.request_id, sent, now))
        return Reply({"sentMessages": sent})

    def validate(self, request: Request) -> Reply:
        """Only says whether the messages would be accepted."""
        check_messages(request.json())
        return Reply({})

    def chat_of(self, request: Request) -> str | None:
        """The chat a reply's token belongs to, while the token can be used."""
        if not request.body:
            return None
        try:
            token = str(request.json().get("replyToken"))
        except LineError:
            return None
        known = request.account.reply_tokens.find(token, self._clock.now())
        return known.chat_id if known is not None else None

    def _bill(self, account: LineAccount, chat: Customer | Group) -> None:
        now, quota = self._clock.now(), account.settings.monthly_quota
        recipients = len(chat.members) if isinstance(chat, Group) else 1
        if quota is not None and account.usage.used(now) + recipients > quota:
            raise quota_exceeded()
        if isinstance(chat, Group) or not chat.blocked:
            account.usage.add(recipients, now)

    def _accept(
        self, request: Request, method: str, chat_id: str, messages: list[dict[str, Any]], token: str | None
    ) -> list[dict[str, str]]:
        """The messages are the platform's now; those for somebody who blocks the account never arrive."""
        account, now_ms = request.account, int(self._clock.now().timestamp() * 1000)
        person = account.customer(chat_id)
        sent = []
        for message in messages:
            entry = Received(
                sequence=0,
                account_id=account.account_id,
                chat_id=chat_id,
                message_id=self._ids.message_id(now_ms),
                method=method,
                message=message,
                at=now_ms,
                request_id=request.request_id,
                retry_key=request.retry_key,
                reply_token=token,
                arrived=person is None or not person.blocked,
                quote_token=self._ids.quote_token() if message["type"] in _QUOTABLE else None,
            )
            self._ledger.received(entry)
            self._hub.publish("received", entry.account_id, chat_id, entry.as_json)
            sent.append(entry.sent_message)
        return sent
