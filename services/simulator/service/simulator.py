"""The whole simulator: its state, and the use cases that work on it."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from libs.clock.clock import Clock
from services.simulator.domain.account import Account
from services.simulator.domain.accounts import LineAccount
from services.simulator.domain.ids import Ids, RandomBytes
from services.simulator.domain.load import LoadSpec
from services.simulator.domain.meta.accounts import MetaAccount
from services.simulator.domain.shop.accounts import ShopAccount
from services.simulator.domain.tokens import Acceptance
from services.simulator.service.accounts import AccountBook
from services.simulator.service.calls import CallLog
from services.simulator.service.contents import Contents
from services.simulator.service.customers import CustomerSide
from services.simulator.service.directory import Directory
from services.simulator.service.entries import Received, Sent
from services.simulator.service.errors import ControlError, NotFound, UnknownAccount
from services.simulator.service.hub import Hub
from services.simulator.service.journal import Journal, Record
from services.simulator.service.ledger import Ledger
from services.simulator.service.load import Load
from services.simulator.service.mailbox import Mailbox
from services.simulator.service.media import MediaStore
from services.simulator.service.messaging import Messaging
from services.simulator.service.meta.platform import MetaPlatform
from services.simulator.service.shop.platform import ShopPlatform
from services.simulator.service.webhook_endpoint import WebhookEndpoint
from services.simulator.service.webhooks import Webhooks

_ACCOUNT_RECORDS = frozenset({"account", "removed", "customer", "group", "left"})
_META_RECORDS = frozenset(
    {"meta_account", "meta_removed", "meta_customer", "meta_grant", "meta_grant_ended", "meta_template"}
)
_SHOP_RECORDS = frozenset({"shop_account", "shop_removed", "shop_order"})
_MAIL_RECORDS = frozenset({"mail", "mailbox_cleared"})
_LOADS_KEPT = 50
_JOURNAL_CHECK_SECONDS = 30


class Simulator:
    """Holds the parts together; also the part of the service that reads and closes the journal."""

    name = "journal"

    def __init__(
        self,
        clock: Clock,
        journal_path: Path | None = None,
        clock_file: Path | None = None,
        ledger_limit: int = 300_000,
        pictures_url: str = "",
        own_url: Callable[[], str] = lambda: "",
        random_bytes: RandomBytes = os.urandom,
    ) -> None:
        self.clock = clock
        self.clock_file = clock_file
        self.ids = Ids(random_bytes)
        self.hub = Hub()
        self.journal = Journal(journal_path)
        self.accounts = AccountBook(self.journal)
        self.ledger = Ledger(self.journal, ledger_limit)
        self.calls = CallLog()
        self.media = MediaStore(clock)
        self.mailbox = Mailbox(clock, self.hub, self.journal)
        self.webhooks = Webhooks(clock, self.ledger, self.hub)
        self.customers = CustomerSide(clock, self.ids, self.accounts, self.ledger, self.hub, self.media, self.webhooks)
        self.messaging = Messaging(clock, self.ids, self.ledger, self.hub)
        self.directory = Directory(clock, pictures_url)
        self.contents = Contents(clock, self.ledger, self.media)
        self.webhook_endpoint = WebhookEndpoint(self.accounts, self.webhooks, clock)
        self.meta = MetaPlatform(
            clock, self.ids, self.journal, self.ledger, self.hub, self.media, self.webhooks, pictures_url, own_url
        )
        self.shops = ShopPlatform(
            clock, self.ids, self.journal, self.ledger, self.hub, self.media, self.webhooks, own_url
        )
        self._loads: OrderedDict[str, Load] = OrderedDict()
        self._load_count = 0
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Comes back to where the journal ends, and goes on with redeliveries that were due."""
        for record in self.journal.read():
            self._restore(record)
        self.journal.rewrite(self._records())
        everybody: list[Account] = [*self.accounts.all(), *self.meta.book.all(), *self.shops.book.all()]
        for account in everybody:
            waiting = (entry for entry in self.ledger.entries(account.account_id) if isinstance(entry, Sent))
            self.webhooks.resume(account, [entry for entry in waiting if entry.tries and not entry.answered])
        self._keeper = asyncio.create_task(self._keep_journal_short())

    async def stop(self) -> None:
        """Ends loads and redeliveries."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        for load in self._loads.values():
            await load.stop()
        await self.meta.close()
        await self.webhooks.close()
        self.journal.close()

    async def problem(self) -> str | None:
        """It depends on nothing."""
        return None

    def find(self, account_id: str) -> LineAccount | MetaAccount | ShopAccount | None:
        """The account of whatever channel, if there is one."""
        books = (self.accounts, self.meta.book, self.shops.book)
        return next((found for book in books if (found := book.find(account_id)) is not None), None)

    def account(self, account_id: str) -> LineAccount | MetaAccount | ShopAccount:
        """The same; UnknownAccount when there is none."""
        if (found := self.find(account_id)) is None:
            raise UnknownAccount(account_id)
        return found

    async def send_again(self, account: Account, event_id: str) -> Sent:
        """The same event once more, as a redelivery, whether or not it was answered before."""
        entry = self.ledger.event(event_id)
        if entry is None or entry.account_id != account.account_id:
            raise NotFound(f"Account {account.account_id!r} sent no event {event_id!r}.")
        await self.webhooks.send(account, [entry], redelivery=True)
        return entry

    def start_load(self, account_id: str, spec: LoadSpec) -> Load:
        """Begins a load run in the background."""
        account = self.account(account_id)
        self.webhooks.address(account)
        self._load_count += 1
        load_id = f"load-{self._load_count}"
        if isinstance(account, LineAccount):
            compose = self.customers.composer(account, load_id)
        elif isinstance(account, MetaAccount):
            compose = self.meta.side.composer(account, load_id)
        elif spec.batch > 1:
            raise ControlError("A shop's platform sends one event a call.")
        else:
            compose = self.shops.composer(account, load_id)
        load = Load(load_id, account, spec, self.clock, compose, self.webhooks)
        self._loads[load_id] = load
        finished = [item.load_id for item in self._loads.values() if item.state != "running"]
        for load_id in finished[: max(0, len(self._loads) - _LOADS_KEPT)]:
            del self._loads[load_id]
        load.start()
        return load

    def load(self, account_id: str, load_id: str) -> Load:
        """A load run of this account."""
        load = self._loads.get(load_id)
        if load is None or load.account.account_id != account_id:
            raise NotFound(f"Account {account_id!r} has no load run {load_id!r}.")
        return load

    def move_clock(self, offset_seconds: float) -> None:
        """Moves time in every process that reads the clock file."""
        if self.clock_file is not None:
            fresh = self.clock_file.with_suffix(".new")
            fresh.write_text(str(offset_seconds))
            fresh.replace(self.clock_file)

    def reset(self, account_id: str) -> None:
        """Forgets what an account sent and received, and switches its faults off; the account stays."""
        self.account(account_id).faults.clear()
        self.ledger.reset(account_id)
        self.calls.reset(account_id)

    def _records(self) -> Iterator[Record]:
        yield from self.accounts.records()
        yield from self.meta.records()
        yield from self.shops.records()
        yield from self.mailbox.records()
        yield from self.ledger.records()

    def _restore(self, record: Record) -> None:
        kind = record.pop("record")
        if kind in _ACCOUNT_RECORDS:
            self.accounts.restore(kind, record)
        elif kind in _META_RECORDS:
            self.meta.restore(kind, record)
        elif kind in _SHOP_RECORDS:
            self.shops.restore(kind, record)
        elif kind in _MAIL_RECORDS:
            self.mailbox.restore(kind, record)
        else:
            self._restore_tokens(kind, record)
            self.ledger.restore(kind, record)

    def _restore_tokens(self, kind: str, record: Record) -> None:
        """Reply tokens, retry keys and the month's usage follow from what was sent and received."""
        if "message_id" in record and kind != "unsent":
            self.ids.saw_message_id(record["message_id"] or "")
        if kind not in ("sent", "received"):
            return
        if (meta := self.meta.book.find(record["account_id"])) is not None:
            if kind == "sent":
                self.meta.side.remember(meta, record)
            return
        try:
            account = self.accounts.get(record["account_id"])
        except UnknownAccount:
            return
        if kind == "sent":
            if record["user_id"]:
                self.accounts.meet(account, record["user_id"])
            if record["reply_token"]:
                account.reply_tokens.issue(record["reply_token"], record["chat_id"], _moment(record["timestamp"]))
            return
        if record["method"] == "reply":
            account.reply_tokens.spend(record["reply_token"])
        else:
            self._restore_push(account, Received(**record))

    def _restore_push(self, account: LineAccount, entry: Received) -> None:
        """One record per message object, those of one request following each other."""
        at, key = _moment(entry.at), entry.retry_key
        if entry.arrived and not self.ledger.knows_request(entry.request_id):
            account.usage.add(1, at)
        if key is None:
            return
        if (known := account.retry_keys.find(key, at)) is not None:
            known.sent_messages.append(entry.sent_message)
        else:
            account.retry_keys.accept(key, Acceptance(entry.request_id, [entry.sent_message], at))

    async def _keep_journal_short(self) -> None:
        while True:
            await asyncio.sleep(_JOURNAL_CHECK_SECONDS)
            if self.journal.is_full:
                self.journal.rewrite(self._records())


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
