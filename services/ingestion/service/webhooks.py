"""One webhook call: verify, split, normalise, publish. A call answered 2xx is on disk somewhere."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.accounts.recipients import RecipientDirectory
from libs.app.crash import crash_point
from libs.bus import subjects
from libs.bus.messages import MAX_PAYLOAD, Outgoing
from libs.bus.spool import Spool
from libs.channels.base import Channel
from libs.channels.events import MalformedBody, Parked, RawEvent
from libs.channels.partition import partition_of_event
from libs.channels.registry import CHANNELS
from libs.clock.clock import Clock
from libs.observe.log import get_logger
from libs.rpc.errors import InvalidArgumentError, NotFoundError, PermissionDeniedError, UnavailableError
from services.ingestion.domain import Quotas
from services.ingestion.models import LedgerRow
from services.ingestion.service.apps import SharedApp
from services.ingestion.service.ledger import EVENTS, LedgerService
from services.ingestion.service.letters import letter_of
from services.ingestion.service.shares import Shares, share
from services.ingestion.service.unverified import UnverifiedService

_log = get_logger(__name__)

RawHeaders = Sequence[tuple[bytes, bytes]]

_LARGE_BODY = 256 * 1024
# Events read before others get a turn.
_AT_A_TIME = 50


class UnknownAccountError(NotFoundError):
    """The address names no connected account of this channel."""

    code = "unknown_account"


class BadSignatureError(PermissionDeniedError):
    """The body was not signed with the account's secret."""

    code = "bad_signature"
    http_status = 401


class BadTokenError(PermissionDeniedError):
    """Whoever checks the address does not know the token that was agreed on."""

    code = "bad_verify_token"


class MalformedWebhookError(InvalidArgumentError):
    """Signed, but not in the platform's form."""

    code = "malformed_webhook"
    http_status = 400


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook call as it came. account_id is "" at an address that serves many accounts."""

    channel: str
    account_id: str
    headers: RawHeaders
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """What events of one account mean to today's code."""

    account: KnownAccount
    understood: list[InboundEvent]
    parked: list[Parked]


class WebhookService:
    """What a call to /webhooks/<channel> or /webhooks/<channel>/<account> does."""

    def __init__(
        self,
        directory: AccountDirectory,
        recipients: RecipientDirectory,
        app: SharedApp,
        spool: Spool,
        ledger: LedgerService,
        unverified: UnverifiedService,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._recipients = recipients
        self._app = app
        self._spool = spool
        self._ledger = ledger
        self._unverified = unverified
        self._clock = clock
        self._quotas = Quotas()

    async def challenge(self, channel_name: str, account_id: str, query: Mapping[str, str]) -> str:
        """What to answer to the platform's check of an address. UnknownAccountError, BadTokenError."""
        account = await self._named(channel_name, account_id)
        token = self._app.token(account)
        answer = CHANNELS[channel_name].answer_challenge(query, token) if token else None
        if answer is None:
            raise BadTokenError("This check does not carry the verify token of this address.")
        return answer

    async def receive(self, call: Call) -> None:
        """Takes a call. Returns once every event is stored; raises the answer to give otherwise."""
        try:
            await self.accept(call)
        except AccountsAwayError:
            # Nobody can say whether it is genuine, or whose. The platform may never send it again: keep it, see later.
            await self._unverified.keep(call.channel, call.account_id, call.headers, call.body, call.received_at)
            EVENTS.labels(call.channel, "unverified").inc()

    async def accept(self, call: Call) -> None:
        """The same, but AccountsAwayError while accounts cannot be asked for."""
        channel = CHANNELS[call.channel]
        try:
            account = await self._named(call.channel, call.account_id)
        except UnknownAccountError:
            await self._refuse(call, None, "unknown_account")
            raise
        if not self.verify(call, account):
            await self._refuse(call, account, "bad_signature")
            raise BadSignatureError("The signature does not match this account's secret.")
        try:
            raw_events = await _split(channel, call.body)
        except MalformedBody as error:
            await self._refuse(call, account, error.reason)
            raise MalformedWebhookError(f"The body is not a webhook of this channel: {error}.") from error
        await self.publish(channel, await share(channel, account, raw_events, self._recipients), call.received_at)

    def verify(self, call: Call, account: KnownAccount | None) -> bool:
        """Whether the platform signed the call, by what is known today of the address's account."""
        credentials = self._app.credentials(CHANNELS[call.channel], account)
        return bool(credentials) and CHANNELS[call.channel].verify(credentials, call.headers, call.body)

    async def publish(self, channel: Channel, shares: Shares, received_at: datetime, again: str = "") -> int:
        """Publishes what events mean and keeps what they do not mean to anybody; returns how many were published.
        again: a replay, published under this name although the broker may have it."""
        rows = [self._ledger.nobodys(channel.name, event, received_at) for event in shares.nobodys]
        if shares.speaker is not None:
            rows += self._ledger.foreign(shares.speaker, shares.foreign, received_at)
        outgoing: list[Outgoing] = []
        for number, (account, events) in enumerate(shares.owned.values(), 1):
            sent, parked = self._made(await self.read(channel, account, events, received_at), received_at, again)
            outgoing += sent
            rows += [self._ledger.parked(account, event, received_at) for event in parked]
            if number % _AT_A_TIME == 0:
                await asyncio.sleep(0)
        await (asyncio.gather(self._store(outgoing), self._keep(channel.name, rows)) if rows else self._store(outgoing))
        crash_point("webhook.stored")
        EVENTS.labels(channel.name, "published").inc(len(outgoing))
        return len(outgoing)

    async def read(
        self, channel: Channel, account: KnownAccount, raw_events: Sequence[RawEvent], received_at: datetime
    ) -> Reading:
        """What each event means to today's code."""
        reading = Reading(account, [], [])
        for number, raw in enumerate(raw_events, 1):
            meaning = channel.normalise(raw, account.owner, received_at)
            if isinstance(meaning, Parked):
                reading.parked.append(meaning)
            else:
                reading.understood.append(meaning)
            if number % _AT_A_TIME == 0:
                # A large batch must not keep other accounts' calls waiting.
                await asyncio.sleep(0)
        return reading

    def _made(self, reading: Reading, received_at: datetime, again: str) -> tuple[list[Outgoing], list[Parked]]:
        """Ready to publish, each in its lane; and what nobody understands, or no broker takes."""
        parked, outgoing = list(reading.parked), []
        lane = subjects.BULK if again else self._lane(reading, received_at)
        for event in reading.understood:
            # Receipts come in swarms, one for each message of a campaign, and nobody waits for them.
            event.replayed = bool(again)
            made = _outgoing(event, subjects.BULK if _is_receipt(event) else lane, again)
            if made.size() <= MAX_PAYLOAD:
                outgoing.append(made)
            else:
                parked.append(Parked("too_large", event.raw, f"{made.size()} bytes, the broker takes {MAX_PAYLOAD}"))
        return outgoing, parked

    def _lane(self, reading: Reading, received_at: datetime) -> str:
        account, news = reading.account, sum(not _is_receipt(event) for event in reading.understood)
        return self._quotas.lane(account.account_id, account.quota, news, received_at.timestamp())

    async def _named(self, channel_name: str, account_id: str) -> KnownAccount | None:
        """The account of an address; None at an address of many."""
        if not account_id:
            return None
        account = await self._directory.get(account_id)
        if account is None or account.channel != channel_name:
            raise UnknownAccountError("No connected account has this webhook address.")
        return account

    async def _keep(self, channel: str, rows: Sequence[LedgerRow]) -> None:
        """Keeps events that were not published; while the database is away, as dead letters."""
        for row in rows:
            EVENTS.labels(channel, row.verdict).inc()
        try:
            await self._ledger.keep(rows)
        except Exception as error:
            _log.warning("events for the ledger go to the dead letters", events=len(rows), error=repr(error))
            await self._store([letter_of(row) for row in rows])

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
        EVENTS.labels(call.channel, "refused").inc()
        await self._ledger.refuse(
            call.channel, call.account_id, account, reason, call.headers, call.body, call.received_at
        )


async def _split(channel: Channel, body: bytes) -> list[RawEvent]:
    """The body's events. A large body is read beside the event loop."""
    return channel.split(body) if len(body) < _LARGE_BODY else await asyncio.to_thread(channel.split, body)


def _is_receipt(event: InboundEvent) -> bool:
    return bool(event.WhichOneof("event") == "receipt")


def _outgoing(event: InboundEvent, lane: str, again: str = "") -> Outgoing:
    subject = subjects.inbound(lane, event.channel, partition_of_event(event))
    msg_id = f"{event.dedup_key}:again:{again}" if again else event.dedup_key
    return Outgoing.of(subject, event, msg_id, UUID(event.tenant_id))
