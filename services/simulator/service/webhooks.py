"""Webhook calls: sending within the platform's time, and sending again where the account asks for it."""

import asyncio
import time
from collections.abc import Sequence

from libs.clock.clock import Clock
from libs.observe.log import get_logger
from services.simulator.domain.account import Account
from services.simulator.service.entries import Sent, Try
from services.simulator.service.errors import NotFound, NotSendable
from services.simulator.service.http_client import Answer, CallFailed, HttpPool
from services.simulator.service.hub import Hub
from services.simulator.service.ledger import Ledger

_log = get_logger(__name__)


class Webhooks:
    """Calls the webhooks of all accounts."""

    def __init__(self, clock: Clock, ledger: Ledger, hub: Hub) -> None:
        self._clock = clock
        self._ledger = ledger
        self._hub = hub
        self._pool = HttpPool()
        self._again: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many redeliveries are still to come."""
        return len(self._again)

    async def send(self, account: Account, entries: Sequence[Sent], redelivery: bool = False) -> Try:
        """One call with these events. A try without 2xx is followed by others where the account has it on."""
        raws = [_bytes_of(entry) for entry in entries]
        if redelivery:
            for entry in entries:
                account.sent_again(entry.reply_token, self._clock.now())
        result = await self.deliver(account, account.webhook_body(raws, redelivery), redelivery)
        self.record(account, entries, result)
        return result

    def record(self, account: Account, entries: Sequence[Sent], result: Try) -> None:
        """Writes a try of these events down, and plans the next where it failed."""
        for entry in entries:
            self._ledger.tried(entry, result)
            self._hub.publish("tried", account.account_id, entry.chat_id, entry.as_json)
            if not result.ok and not entry.answered:
                self._schedule(account, entry)

    async def deliver(self, account: Account, body: bytes, redelivery: bool = False) -> Try:
        """Posts a body to the account's webhook and says how it went; nothing is written down."""
        at, began = int(self._clock.now().timestamp() * 1000), time.monotonic()
        try:
            answer = await self.post(account, body, account.webhook_headers(body))
            status, error = answer.status, None
        except CallFailed as failure:
            status, error = None, f"{failure.reason}: {failure.detail}"
        return Try(at, status, error, round((time.monotonic() - began) * 1000), redelivery)

    async def post(self, account: Account, body: bytes, headers: dict[str, str], url: str | None = None) -> Answer:
        """Posts raw bytes with these headers, to another address when one is given; raises CallFailed."""
        address = url or self.address(account)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        lines += f"Content-Type: application/json; charset=utf-8\r\nUser-Agent: {account.webhook_agent}\r\n"
        return await self._pool.post(address, lines, body, account.webhook_seconds)

    @staticmethod
    def address(account: Account) -> str:
        """Where the account's webhooks go; NotSendable when it has none or switched it off."""
        settings = account.settings
        if settings.webhook_url is None or not settings.webhook_active:
            raise NotSendable(f"Account {account.account_id!r} has no active webhook. Set webhook_url first.")
        return settings.webhook_url

    def resume(self, account: Account, entries: Sequence[Sent]) -> None:
        """Goes on with the redeliveries that were due when the simulator last stopped."""
        for entry in entries:
            self._schedule(account, entry)

    async def close(self) -> None:
        """Gives up what is waiting."""
        for task in list(self._again):
            task.cancel()
        await asyncio.gather(*self._again, return_exceptions=True)
        await self._pool.close()

    def _schedule(self, account: Account, entry: Sent) -> None:
        delays = account.settings.redelivery.delays_seconds
        number = len(entry.tries) - 1
        if not account.settings.redelivery.enabled or entry.raw is None or number >= len(delays):
            return
        task = asyncio.create_task(self._send_again(account, entry, delays[max(number, 0)]))
        self._again.add(task)
        task.add_done_callback(self._again.discard)

    async def _send_again(self, account: Account, entry: Sent, delay: float) -> None:
        await asyncio.sleep(delay)
        if entry.answered:
            return
        try:
            await self.send(account, [entry], redelivery=True)
        except NotSendable:
            _log.info("redelivery given up", account=account.account_id, event_id=entry.event_id)


def _bytes_of(entry: Sent) -> bytes:
    if entry.raw is None:
        raise NotFound(f"The bytes of event {entry.event_id!r} were not kept; load runs drop those that were answered.")
    return entry.raw
