"""What the platform tells of messages by itself: echoes, and whether they were delivered and read."""

import asyncio
from collections.abc import Iterator

from libs.clock.clock import Clock
from services.simulator.domain.events import Event
from services.simulator.domain.meta import messenger, whatsapp
from services.simulator.domain.meta.accounts import MetaAccount, MetaCustomer
from services.simulator.service.entries import Received
from services.simulator.service.meta.side import MetaSide
from services.simulator.service.webhooks import Webhooks

_TOLD = {"facebook": ("delivered", "read"), "instagram": ("read",)}


class Receipts:
    """Sends them in the order, and as often, as the account's settings say."""

    def __init__(self, clock: Clock, side: MetaSide, webhooks: Webhooks) -> None:
        self._clock = clock
        self._side = side
        self._webhooks = webhooks
        self._tasks: set[asyncio.Task[None]] = set()

    async def follow(self, account: MetaAccount, person: MetaCustomer, entry: Received, failed: int = 0) -> None:
        """Tells about a message that was just accepted; failed: the code with which it was not delivered."""
        settings = account.settings
        if settings.webhook_url is None or not settings.webhook_active:
            return
        if settings.receipts.before_answer:
            await self._tell(account, person, entry, failed)
            return
        task = asyncio.create_task(self._later(account, person, entry, failed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Gives up what is waiting."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _later(self, account: MetaAccount, person: MetaCustomer, entry: Received, failed: int) -> None:
        await asyncio.sleep(account.settings.receipts.delay_ms / 1000)
        await self._tell(account, person, entry, failed)

    async def _tell(self, account: MetaAccount, person: MetaCustomer, entry: Received, failed: int) -> None:
        for event in self._events(account, person, entry, failed):
            for _ in range(account.settings.receipts.copies):
                await self._webhooks.send(account, [self._side.write_down(account, event)])

    def _events(self, account: MetaAccount, person: MetaCustomer, entry: Received, failed: int) -> Iterator[Event]:
        receipts, at = account.settings.receipts, int(self._clock.now().timestamp() * 1000)
        if account.channel == "whatsapp":
            template = entry.method == "template"
            for state in ["failed"] if failed else receipts.states:
                code = failed or 131026
                yield whatsapp.status(account, person, entry.message_id, state, entry.reference, at, code, template)
            return
        if receipts.echo:
            given = {"metadata": entry.reference} if entry.reference else {}
            told = {name: value for name, value in entry.message.items() if name != "media"} | given
            app_id = account.settings.app_id
            yield messenger.echo(account, person.user_id, entry.message_id, told, app_id, entry.at)
        for state in receipts.states:
            if state in _TOLD[account.channel]:
                yield messenger.receipt(account, person.user_id, state, entry.message_id, entry.at, at)
