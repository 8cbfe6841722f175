"""One webhook call: verify, split, normalise, publish. A call answered 2xx is on disk somewhere."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.app.crash import crash_point
from libs.bus import subjects
from libs.bus.messages import MAX_PAYLOAD, Outgoing
from libs.bus.spool import Spool
from libs.channels.base import Channel, MalformedBody, Parked, RawEvent
from libs.channels.partition import partition_of_event
from libs.channels.registry import CHANNELS
from libs.clock.clock import Clock
from libs.observe.log import get_logger
from libs.observe.metrics import Counter
from libs.rpc.errors import InvalidArgumentError, NotFoundError, PermissionDeniedError, UnavailableError
from services.ingestion.domain import Quotas
from services.ingestion.service.ledger import LedgerService
from services.ingestion.service.letters import parked_letter
from services.ingestion.service.unverified import UnverifiedService

_log = get_logger(__name__)
_events = Counter("frontdesk_webhook_events_total", "Events of webhook calls, by verdict.", ["channel", "verdict"])

RawHeaders = Sequence[tuple[bytes, bytes]]

_LARGE_BODY = 256 * 1024
# Events read before others get a turn.
_AT_A_TIME = 100


class UnknownAccountError(NotFoundError):
    """The address names no connected account of this channel."""

    code = "unknown_account"


class BadSignatureError(PermissionDeniedError):
    """The body was not signed with the account's secret."""

    code = "bad_signature"
    http_status = 401


class MalformedWebhookError(InvalidArgumentError):
    """Signed, but not in the platform's form."""

    code = "malformed_webhook"
    http_status = 400


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook call as it came."""

    channel: str
    account_id: str
    headers: RawHeaders
    body: bytes
    received_at: datetime


class WebhookService:
    """What a call to /webhooks/<channel>/<account> does."""

    def __init__(
        self,
        directory: AccountDirectory,
        spool: Spool,
        ledger: LedgerService,
        unverified: UnverifiedService,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._spool = spool
        self._ledger = ledger
        self._unverified = unverified
        self._clock = clock
        self._quotas = Quotas()

    async def receive(self, call: Call) -> None:
        """Takes a call. Returns once every event is stored; raises the answer to give otherwise."""
        try:
            account = await self._directory.get(call.account_id)
        except AccountsAwayError:
            # Nobody can say whether it is genuine. The platform may never send it again: keep it and see later.
            await self._unverified.keep(call.channel, call.account_id, call.headers, call.body, call.received_at)
            _events.labels(call.channel, "unverified").inc()
            return
        await self.accept(call, account)

    async def accept(self, call: Call, account: KnownAccount | None) -> None:
        """The same, knowing the account."""
        if account is None or account.channel != call.channel:
            await self._refuse(call, None, "unknown_account")
            raise UnknownAccountError("No connected account has this webhook address.")
        channel = CHANNELS[call.channel]
        if not channel.verify(account.credentials, call.headers, call.body):
            await self._refuse(call, account, "bad_signature")
            raise BadSignatureError("The signature does not match this account's secret.")
        try:
            raw_events = await _split(channel, call.body)
        except MalformedBody as error:
            await self._refuse(call, account, error.reason)
            raise MalformedWebhookError(f"The body is not a webhook of this channel: {error}.") from error
        await self.publish(channel, account, raw_events, call.received_at)

    async def publish(
        self, channel: Channel, account: KnownAccount, raw_events: Sequence[RawEvent], received_at: datetime
    ) -> int:
        """Publishes what events mean and parks what they do not; returns how many were published."""
        lane = self._quotas.lane(account.account_id, account.quota, len(raw_events), received_at.timestamp())
        meanings = await self.read(channel, account, raw_events, received_at, lane)
        outgoing = [meaning for meaning in meanings if isinstance(meaning, Outgoing)]
        parked = [meaning for meaning in meanings if isinstance(meaning, Parked)]
        if parked:
            await asyncio.gather(self._store(outgoing), self._park(account, parked, received_at))
        else:
            await self._store(outgoing)
        crash_point("webhook.stored")
        _events.labels(channel.name, "published").inc(len(outgoing))
        return len(outgoing)

    async def read(
        self,
        channel: Channel,
        account: KnownAccount,
        raw_events: Sequence[RawEvent],
        received_at: datetime,
        lane: str = subjects.LIVE,
    ) -> list[Outgoing | Parked]:
        """What each event means to today's code, ready to publish."""
        meanings: list[Outgoing | Parked] = []
        for number, raw in enumerate(raw_events, 1):
            meanings.append(_outgoing(channel.normalise(raw, account.owner, received_at), lane))
            if number % _AT_A_TIME == 0:
                # A large batch must not keep other accounts' calls waiting.
                await asyncio.sleep(0)
        return meanings

    async def _park(self, account: KnownAccount, parked: Sequence[Parked], received_at: datetime) -> None:
        """Keeps events nobody understands; while the database is away, as dead letters."""
        _events.labels(account.channel, "parked").inc(len(parked))
        try:
            await self._ledger.park(account, parked, received_at)
        except Exception as error:
            _log.warning("parked events go to the dead letters", events=len(parked), error=repr(error))
            await self._store([parked_letter(account, event, received_at) for event in parked])

    async def _store(self, outgoing: Sequence[Outgoing]) -> None:
        """Events of one subject are stored in the order given."""
        try:
            if len(outgoing) == 1:
                await self._spool.publish_raw(outgoing[0])
            else:
                await asyncio.gather(*(self._spool.publish_raw(event) for event in outgoing))
        except Exception as error:
            _log.error("events cannot be stored", events=len(outgoing), error=repr(error))
            raise UnavailableError("Nothing can be stored right now. Send this again.") from error

    async def _refuse(self, call: Call, account: KnownAccount | None, reason: str) -> None:
        _events.labels(call.channel, "refused").inc()
        await self._ledger.refuse(call.channel, call.account_id, account, reason, call.body, call.received_at)


async def _split(channel: Channel, body: bytes) -> list[RawEvent]:
    """The body's events. A large body is read beside the event loop."""
    return channel.split(body) if len(body) < _LARGE_BODY else await asyncio.to_thread(channel.split, body)


def _outgoing(meaning: InboundEvent | Parked, lane: str) -> Outgoing | Parked:
    if isinstance(meaning, Parked):
        return meaning
    subject = subjects.inbound(lane, meaning.channel, partition_of_event(meaning))
    outgoing = Outgoing.of(subject, meaning, meaning.dedup_key, UUID(meaning.tenant_id))
    if outgoing.size() > MAX_PAYLOAD:
        return Parked("too_large", meaning.raw, f"{outgoing.size()} bytes, the broker takes {MAX_PAYLOAD}")
    return outgoing
