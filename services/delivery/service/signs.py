"""Small signs to customers: that their message was read, that somebody writes. Best effort, off the way messages take;
nothing of it is stored."""

import asyncio
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from nats.aio.msg import Msg

from frontdesk.conversations.v1.events_pb2 import ReadByStaff
from libs.accounts.directory import AccountDirectory, AccountsAwayError
from libs.channels.contacts import Address
from libs.channels.registry import channel_named
from libs.channels.sending import CannotSend
from libs.channels.wire import HttpRequest
from libs.observe.log import get_logger
from services.delivery.service.asking import connected
from services.delivery.service.platforms import Platforms

# A sign that comes late is none.
_PATIENCE = 3.0
_TYPING_SECONDS = 5.0
_AT_ONCE = 16
# Waiting for one account: more than that, and the oldest are let go.
_MOST_WAITING = 1000
_MOST_KNOWN = 50_000

_log = get_logger(__name__)


class LastRead:
    """Where each contact was read last, as every process hears it live: enough to show that somebody writes."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], ReadByStaff] = {}

    async def hear(self, message: Msg) -> None:
        """A fact that passes."""
        read = ReadByStaff.FromString(message.data)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[read.tenant_id, read.contact_id] = read

    def of(self, tenant_id: UUID, account_id: str, contact_id: str) -> ReadByStaff | None:
        """The newest of a contact of this account; None where none was heard of since this process began."""
        read = self._known.get((str(tenant_id), contact_id))
        return read if read is not None and read.account_id == account_id else None


class ReadMarks:
    """Tells platforms what was read: of each contact the newest alone, of each account one after the other."""

    def __init__(self, directory: AccountDirectory, platforms: Platforms) -> None:
        self._directory = directory
        self._platforms = platforms
        self._waiting: dict[str, dict[str, ReadByStaff]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)

    def start(self) -> None:
        """Nothing to begin: marks come."""

    async def stop(self) -> None:
        """What was not told yet is let go."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def note(self, reads: Sequence[ReadByStaff]) -> None:
        """To be told soon."""
        for read in reads:
            waiting = self._waiting.setdefault(read.account_id, {})
            waiting.pop(read.contact_id, None)
            waiting[read.contact_id] = read
            if len(waiting) > _MOST_WAITING:
                del waiting[next(iter(waiting))]
            if read.account_id not in self._tasks:
                self._tasks[read.account_id] = asyncio.create_task(self._work(read.account_id))

    async def _work(self, account_id: str) -> None:
        try:
            while waiting := self._waiting.get(account_id):
                read = waiting.pop(next(iter(waiting)))
                async with self._room:
                    await self._mark(read)
        except Exception:
            _log.exception("read marks given up for now", account=account_id)
        finally:
            self._waiting.pop(account_id, None)
            self._tasks.pop(account_id, None)

    async def _mark(self, read: ReadByStaff) -> None:
        try:
            account = await self._directory.get(read.account_id)
        except AccountsAwayError:
            return
        if account is None or account.tenant_id != read.tenant_id:
            return
        contact = Address(read.recipient_kind, read.recipient)
        ids = read.provider_message_id, read.mark_as_read_token
        channel = channel_named(account.channel)
        await _tell(self._platforms, lambda: channel.build_read_mark(contact, *ids, account.owner, account.credentials))


class TypingService:
    """Shows customers that somebody writes. now: seconds that never go back."""

    def __init__(
        self,
        directory: AccountDirectory,
        platforms: Platforms,
        last_read: LastRead,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._platforms = platforms
        self._last_read = last_read
        self._now = now
        self._shown: dict[tuple[str, str], float] = {}

    async def show(self, tenant_id: UUID, account_id: str, contact_id: str) -> None:
        """Where the contact was read last; nothing happens where that is not known, or it was shown a moment ago."""
        account = await connected(self._directory, tenant_id, account_id)
        read = self._last_read.of(tenant_id, account_id, contact_id)
        if read is None or not self._due(account_id, read.recipient):
            return
        contact, newest = Address(read.recipient_kind, read.recipient), read.provider_message_id
        channel = channel_named(account.channel)
        await _tell(self._platforms, lambda: channel.build_typing(contact, newest, account.owner, account.credentials))

    def _due(self, account_id: str, contact: str) -> bool:
        now, name = self._now(), (account_id, contact)
        if now - self._shown.get(name, float("-inf")) < _TYPING_SECONDS:
            return False
        if len(self._shown) >= _MOST_KNOWN:
            self._shown.clear()
        self._shown[name] = now
        return True


async def _tell(platforms: Platforms, build: Callable[[], HttpRequest | None]) -> None:
    """Where there is such a call. Whether the platform takes it makes no difference."""
    try:
        call = build()
    except CannotSend:
        return
    if call is not None:
        await platforms.call(call, _PATIENCE)
