"""LINE as ingestion sees it: signed calls over HTTP; the tenants service it asks; and the bus it publishes on."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from nats.aio.msg import Msg

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as stubs
from frontdesk.tenants.v1 import tenants_pb2 as tenants
from frontdesk.tenants.v1 import tenants_pb2_grpc as tenants_grpc
from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from libs.bus.bus import Bus
from libs.bus.subjects import subject_of
from libs.rpc.errors import FrontdeskError, NotFoundError
from libs.rpc.server import RpcServer
from tests.support.databases import Databases
from tests.support.inbound import unique
from tests.support.servers import LocalServer
from tests.support.stack import Stack, running_stack
from tests.support.wait import PATIENCE_SECONDS, eventually

_numbers = itertools.count(1)


@dataclass
class LineAccount:
    """A connected account; secret: what LINE signs with, which may be changed."""

    id: str = field(default_factory=lambda: unique("line-"))
    tenant_id: UUID = field(default_factory=uuid4)
    secret: str = field(default_factory=lambda: unique("channel-secret-"))
    access_token: str = field(default_factory=lambda: unique("access-token-"))
    quota: int = 0
    version: int = 1
    channel: str = "line"
    provider_id: str = ""

    @property
    def credentials(self) -> dict[str, str]:
        """As the tenants service hands them out."""
        return {"channel_secret": self.secret, "access_token": self.access_token}

    def shown(self) -> tenants.ChannelAccount:
        """As the tenants service shows it."""
        return tenants.ChannelAccount(
            id=self.id,
            tenant_id=str(self.tenant_id),
            channel=self.channel,
            provider_id=self.provider_id,
            version=self.version,
        )


class WebAccount(LineAccount):
    """A shop's site."""

    @property
    def credentials(self) -> dict[str, str]:
        """As the tenants service hands them out."""
        return {"widget_secret": self.secret}


class Tenants(tenants_grpc.ChannelAccountsServiceServicer):
    """The tenants service, as far as ingestion asks it. asked: ids it was asked for; searched: platforms' ids; broken:
    accounts whose credentials it cannot open."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._server: RpcServer | None = None
        self.accounts: dict[str, LineAccount] = {}
        self.asked: list[str] = []
        self.searched: list[list[str]] = []
        self.broken: set[str] = set()
        self._answering = asyncio.Event()
        self._answering.set()

    async def GetChannelCredentials(self, request: tenants.GetChannelCredentialsRequest, _context: Any) -> Any:
        """As in the proto."""
        self.asked.append(request.account_id)
        await self._answering.wait()
        account = self.accounts.get(request.account_id)
        if request.account_id in self.broken:
            raise FrontdeskError("These credentials are under a key that is gone.")
        if account is None:
            raise NotFoundError("There is no such account.")
        return tenants.GetChannelCredentialsResponse(
            account=account.shown(), credentials=account.credentials, daily_message_quota=account.quota
        )

    async def FindChannelAccounts(self, request: tenants.FindChannelAccountsRequest, _context: Any) -> Any:
        """As in the proto."""
        self.searched.append(list(request.provider_ids))
        await self._answering.wait()
        found = [
            tenants.FoundChannelAccount(account=account.shown(), daily_message_quota=account.quota)
            for account in self.accounts.values()
            if account.channel == request.channel and account.provider_id in request.provider_ids
        ]
        return tenants.FindChannelAccountsResponse(accounts=found)

    @property
    def running(self) -> bool:
        """Whether it is there."""
        return self._server is not None

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes questions and answers none."""
        self._answering.clear()
        try:
            yield
        finally:
            self._answering.set()

    async def start(self) -> None:
        """Answers."""
        runtime = self._stack.runtime("tenants")
        register = tenants_grpc.add_ChannelAccountsServiceServicer_to_server
        self._server = RpcServer(runtime.listen("tenants"), runtime.verifier("tenants"), [(register, self)])
        await self._server.start()

    async def stop(self) -> None:
        """Is away."""
        if self._server is not None:
            await self._server.stop()
            self._server = None


class Platform:
    """Everything around a running ingestion service."""

    def __init__(self, stack: Stack, bus: Bus) -> None:
        self.stack = stack
        self.bus = bus
        self.tenants = Tenants(stack)
        self.http = httpx.AsyncClient(base_url=stack.webhooks_url, timeout=30, limits=httpx.Limits(max_connections=100))
        self.ledger = stubs.LedgerServiceStub(stack.channel("ingestion", "operator"))
        self._heard: list[Msg] = []

    async def open(self) -> None:
        """Everything answers, and what is published is kept."""
        await self.tenants.start()
        await self.bus.subscribe("inbound.>", self._hear)
        await self.bus.subscribe("dead.>", self._hear)

    async def close(self) -> None:
        """Ends."""
        await self.http.aclose()
        await self.tenants.stop()

    def account(self, **values: Any) -> LineAccount:
        """A new one that the tenants service knows."""
        made = LineAccount(**values)
        self.tenants.accounts[made.id] = made
        return made

    async def change(self, account: LineAccount, **values: Any) -> None:
        """Changes an account, and tells."""
        for name, value in values.items():
            setattr(account, name, value)
        account.version += 1
        fact = ChannelAccountChanged(
            tenant_id=str(account.tenant_id),
            account_id=account.id,
            channel=account.channel,
            provider_id=account.provider_id,
            state="active",
        )
        await self.bus.publish(subject_of(account.tenant_id, fact), fact, unique("changed"), account.tenant_id)

    async def call(self, account: LineAccount, *events: Any, **headers: str) -> httpx.Response:
        """A signed webhook call with these events."""
        return await self.post(account, body_of(*events), **headers)

    async def taken(self, account: LineAccount, *events: Any) -> None:
        """Calls until it is answered 200, as platforms do: a machine that is busy enough may refuse a call."""

        async def answered() -> bool:
            return (await self.call(account, *events)).status_code == 200

        await eventually(answered, 60)

    async def post(self, account: LineAccount, body: bytes, signature: str = "", **headers: str) -> httpx.Response:
        """A call with this very body, rightly signed unless a signature is given."""
        signed = {"x-line-signature": signature or sign(account.secret, body), "content-type": "application/json"}
        return await self.http.post(f"/webhooks/line/{account.id}", content=body, headers={**signed, **headers})

    def everything(self) -> list[InboundEvent]:
        """What was published, in order."""
        return [InboundEvent.FromString(m.data) for m in self._heard if m.subject.startswith("inbound.")]

    def published(self, account: LineAccount) -> list[InboundEvent]:
        """What was published of an account, in order."""
        return [event for event in self.everything() if event.account_id == account.id]

    def subjects(self, account: LineAccount) -> list[str]:
        """On which subjects."""
        found = [(m.subject, InboundEvent.FromString(m.data)) for m in self._heard if m.subject.startswith("inbound.")]
        return [subject for subject, event in found if event.account_id == account.id]

    def dead(self) -> list[Msg]:
        """Dead letters written."""
        return [message for message in self._heard if message.subject.startswith("dead.")]

    async def heard(self, account: LineAccount, count: int, seconds: float = PATIENCE_SECONDS) -> list[InboundEvent]:
        """What was published of an account once it is so much, and not more."""
        await eventually(lambda: len(self.published(account)) >= count, seconds, f"{count} events")
        found = self.published(account)
        assert len(found) == count
        return found

    async def entries(self, account: LineAccount, verdict: str = "") -> list[pb.LedgerEntry]:
        """The ledger's newest entries of an account; without a verdict, those that were not passed on."""
        request = pb.ListLedgerEntriesRequest(account_id=account.id, verdict=verdict, page_size=100)
        found = (await self.ledger.ListLedgerEntries(request)).entries
        return [entry for entry in found if verdict or entry.verdict in ("parked", "refused")]

    async def body(self, entry: pb.LedgerEntry) -> bytes:
        """An entry's bytes."""
        answer = await self.ledger.GetLedgerEntry(pb.GetLedgerEntryRequest(entry_id=entry.id))
        return bytes(answer.body)

    async def replay(self, entry: pb.LedgerEntry) -> int:
        """How many events an entry gave."""
        answer = await self.ledger.ReplayLedgerEntry(pb.ReplayLedgerEntryRequest(entry_id=entry.id))
        return int(answer.published)

    async def _hear(self, message: Msg) -> None:
        self._heard.append(message)


@contextlib.asynccontextmanager
async def running_platform(
    databases: Databases,
    redis: LocalServer,
    variables: Mapping[str, str] | None = None,
    names: Sequence[str] = ("ingestion",),
) -> AsyncIterator[Platform]:
    """These services over real servers, and what surrounds them."""
    async with running_stack(databases, redis, names, variables, demo=False) as stack:
        bus = Bus(stack.nats.url, "test")
        assert await bus.connect(10)
        around = Platform(stack, bus)
        await around.open()
        yield around
        await around.close()
        await bus.close()


def text(words: str = "hi", user: str = "Ua", **other: Any) -> dict[str, Any]:
    """A text message of a person, as LINE sends it."""
    number = next(_numbers)
    return {
        "type": "message",
        "webhookEventId": f"01KA{number:022d}",
        "timestamp": int(time.time() * 1000),
        "mode": "active",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"reply-token-{number}",
        "source": {"type": "user", "userId": user},
        "message": {"type": "text", "id": f"{number:018d}", "text": words, "quoteToken": "q"},
        **other,
    }


def body_of(*events: Any) -> bytes:
    """A webhook body, spelt as LINE spells it."""
    return json.dumps({"destination": "Ubot", "events": list(events)}, ensure_ascii=False).encode()


def sign(secret: str, body: bytes) -> str:
    """LINE's signature."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
