"""A tenant of a test's own, with an account that the simulator plays: what is to be sent is published as conversations
would, what the service tells is kept."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from google.protobuf.message import Message
from nats.aio.msg import Msg

from frontdesk.conversations.v1.events_pb2 import ContactSeen, DeliveryRequested
from frontdesk.delivery.v1 import delivery_pb2 as pb
from frontdesk.delivery.v1 import delivery_pb2_grpc as stubs
from frontdesk.delivery.v1 import events_pb2 as events
from frontdesk.tenants.v1 import tenants_pb2 as tenants
from frontdesk.tenants.v1 import tenants_pb2_grpc as tenants_grpc
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.bus import subjects
from libs.bus.bus import Bus
from libs.bus.messages import Ack, Outgoing
from libs.clock.clock import SystemClock
from libs.clock.ids import new_id
from libs.rpc.client import Metadata, on_behalf
from services.simulator.domain.ids import user_id
from tests.support.databases import TestDatabase
from tests.support.desk import Desk
from tests.support.inbound import unique
from tests.support.wait import PATIENCE_SECONDS, eventually

F = TypeVar("F", bound=Message)
_CLOCK = SystemClock()


@dataclass
class Contact:
    """Somebody messages go to. last: the newest request for them, as conversations keeps it."""

    alias: str
    kind: str = "line_user"
    id: UUID = field(default_factory=uuid4)
    conversation_id: UUID = field(default_factory=uuid4)
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    last: DeliveryRequested | None = None


class Shop:
    """One tenant of running services."""

    def __init__(self, stack: Desk, database: TestDatabase, bus: Bus, tenant_id: UUID, admin_id: UUID) -> None:
        self.stack = stack
        self.database = database
        self.bus = bus
        self.id = tenant_id
        self.account_id = unique("line")
        self.token = unique("token")
        self.admin = TeammateClaims(admin_id, "admin", ROLE_PERMISSIONS["admin"], 1)
        self._issuer = stack.issuer()
        self._stub = stubs.DeliveryServiceStub(stack.channel("delivery"))
        self._accounts = tenants_grpc.ChannelAccountsServiceStub(stack.channel("tenants"))
        self._http = httpx.AsyncClient(base_url=stack.simulator_url, timeout=30, trust_env=False)
        self._told: list[Msg] = []

    @staticmethod
    async def open(stack: Desk, database: TestDatabase, bus: Bus, webhook_url: str) -> "Shop":
        """A new tenant with an admin and an account."""
        operator = tenants_grpc.OperatorServiceStub(stack.channel("tenants", "operator"))
        slug = unique("shop")
        made = await operator.EnsureTenant(tenants.EnsureTenantRequest(slug=slug, name=slug, region="tw"))
        person = await operator.EnsureTeammate(
            tenants.EnsureTeammateRequest(
                tenant_id=made.tenant.id,
                email=f"admin@{slug}.test",
                name="Admin",
                role=tenants.ROLE_ADMIN,
                password="correct horse",
            )
        )
        shop = Shop(stack, database, bus, UUID(made.tenant.id), UUID(person.teammate.id))
        await bus.subscribe(f"events.{shop.id}.>", shop._hear)
        await shop.connect(shop.account_id, shop.token, webhook_url)
        return shop

    async def close(self) -> None:
        """Lets the account go; what still waits for it fails."""
        await self._http.delete(f"/control/line/{self.account_id}")
        await self._http.aclose()

    async def connect(self, account_id: str, token: str, webhook_url: str | None = None) -> None:
        """Connects an account, at the desk and at the platform."""
        operator = tenants_grpc.OperatorServiceStub(self.stack.channel("tenants", "operator"))
        await operator.EnsureChannelAccount(
            tenants.EnsureChannelAccountRequest(
                tenant_id=str(self.id),
                account_id=account_id,
                channel="line",
                name="Our LINE",
                provider_id=user_id("bot", account_id),
                credentials={"channel_secret": "secret", "access_token": token},
            )
        )
        settings = {"account_id": account_id, "channel_secret": "secret", "access_token": token}
        await self.control("POST", "line/accounts", settings | {"webhook_url": webhook_url, "display_name": "Our shop"})

    async def contact(self, name: str = "", account_id: str = "") -> Contact:
        """Somebody new whom the platform knows."""
        alias = user_id(account_id or self.account_id, name or unique("person"))
        changes = {"display_name": name or "Somebody"}
        await self.control("PUT", f"line/{account_id or self.account_id}/users/{alias}", changes)
        return Contact(alias)

    async def reply_token(self, contact: Contact) -> tuple[str, int]:
        """The contact writes: a token, and the time of its event in milliseconds."""
        body = {"kind": "message", "user_id": contact.alias, "text": "hello"}
        entry = (await self.control("POST", f"line/{self.account_id}/events", body))["entry"]
        return entry["reply_token"], entry["timestamp"]

    def requested(
        self,
        contact: Contact,
        text: str = "hi",
        *,
        reply: tuple[str, int] | None = None,
        again: DeliveryRequested | None = None,
        account_id: str = "",
        **fields: Any,
    ) -> DeliveryRequested:
        """What conversations would publish for an answer, or for another attempt at one."""
        request = DeliveryRequested(
            tenant_id=str(self.id),
            account_id=account_id or self.account_id,
            channel="line",
            conversation_id=str(contact.conversation_id),
            message_id=again.message_id if again else str(new_id(_CLOCK)),
            attempt=again.attempt + 1 if again else 1,
            contact_id=str(contact.id),
            recipient_kind=contact.kind,
            recipient=contact.alias,
            type="text",
            text=again.text if again else text,
            sequence=again.sequence if again else next(contact.numbers),
        )
        if contact.last is not None:
            request.after_message_id, request.after_attempt = contact.last.message_id, contact.last.attempt
        if reply is not None:
            request.reply_token, request.reply_token_at_ms = reply
        request.MergeFrom(DeliveryRequested(**fields))
        contact.last = request
        return request

    async def publish(self, *published: Message) -> None:
        """Puts facts of others onto the bus, in this order."""
        outcomes = await self.bus.publish_many(
            [Outgoing.of(subjects.subject_of(self.id, each), each, unique("fact"), self.id) for each in published]
        )
        assert all(isinstance(outcome, Ack) for outcome in outcomes), outcomes

    async def send(self, contact: Contact, text: str = "hi", **fields: Any) -> DeliveryRequested:
        """requested() and publish()."""
        request = self.requested(contact, text, **fields)
        await self.publish(request)
        return request

    def facts(self, kind: type[F]) -> list[F]:
        """What was told of this kind, in order."""
        name = kind.DESCRIPTOR.full_name
        return [kind.FromString(told.data) for told in self._told if (told.headers or {})[subjects.TYPE] == name]

    async def seen(self, contact: Contact, kind: str = "person") -> None:
        """Conversations meets a contact."""
        await self.publish(
            ContactSeen(
                tenant_id=str(self.id),
                account_id=self.account_id,
                channel="line",
                contact_id=str(contact.id),
                kind=kind,
                alias_kind=contact.kind,
                alias=contact.alias,
            )
        )

    def profiles(self) -> list[events.ProfileFetched]:
        """Profiles that were told."""
        return self.facts(events.ProfileFetched)

    async def profile(self, contact: Contact) -> events.ProfileFetched:
        """The contact's profile, once it was told."""

        def found() -> events.ProfileFetched | None:
            return next((fact for fact in self.profiles() if fact.contact_id == str(contact.id)), None)

        fact = await eventually(found, what="profile")
        assert fact is not None
        return fact

    def everything(self) -> list[bytes]:
        """Every fact of the tenant, as it was published."""
        return [told.data for told in self._told]

    def states(self, request: DeliveryRequested) -> list[str]:
        """What was told of an attempt."""
        wanted = request.message_id, request.attempt
        changes = self.facts(events.AttemptChanged)
        return [change.state for change in changes if (change.message_id, change.attempt) == wanted]

    async def ended(self, request: DeliveryRequested, seconds: float = PATIENCE_SECONDS) -> events.AttemptChanged:
        """The last thing told of an attempt, once it is finished."""

        def found() -> events.AttemptChanged | None:
            changes = [
                change
                for change in self.facts(events.AttemptChanged)
                if (change.message_id, change.attempt) == (request.message_id, request.attempt)
            ]
            return changes[-1] if changes and changes[-1].state != "sending" else None

        change = await eventually(found, seconds, f"end of {request.text!r}")
        assert change is not None
        return change

    async def account_told(self, *states: str) -> None:
        """Waits until these states of the account were told, and no others."""

        def told() -> bool:
            found = [fact.state for fact in self.facts(events.AccountStateChanged)]
            assert found == list(states), found
            return True

        await eventually(told, what=f"account {states}")

    async def attempt(self, request: DeliveryRequested) -> Any:
        """An attempt as it is stored, None without one."""
        rows = await self.database.fetch(
            "SELECT * FROM delivery.attempts WHERE (message_id, attempt) = ($1, $2)",
            UUID(request.message_id),
            request.attempt,
        )
        return rows[0] if rows else None

    async def tried(self, request: DeliveryRequested, times: int = 1) -> Any:
        """The attempt once it was tried so often and waits for the next try."""

        async def found() -> Any:
            row = await self.attempt(request)
            assert row is not None
            lane = await self.database.fetch(
                "SELECT claimed_until FROM delivery.lanes WHERE contact_id = $1", UUID(request.contact_id)
            )
            waits = lane and lane[0]["claimed_until"].year < 1970
            return row if row["tries"] >= times and waits else None

        return await eventually(found, what=f"{times} tries")

    async def sql(self, statement: str, *args: object) -> list[Any]:
        """A statement as the superuser."""
        return await self.database.fetch(statement, *args)

    async def control(self, method: str, where: str, body: Any = None, **query: Any) -> Any:
        """A call that tells the simulator what to do."""
        response = await self._http.request(method, f"/control/{where}", json=body, params=query)
        assert response.is_success, response.text
        return response.json() if response.content else None

    async def fault(self, **rule: Any) -> None:
        """Switches a fault of the platform on."""
        await self.control("POST", f"line/{self.account_id}/faults", rule)

    async def mended(self) -> None:
        """Switches all faults off."""
        await self.control("DELETE", f"line/{self.account_id}/faults")

    async def arrived(self, contact: Contact) -> list[str]:
        """The texts a contact has got, in order."""
        entries = await self.received(chat_id=contact.alias)
        return [entry["text"] for entry in entries if entry["arrived"]]

    async def received(self, chat_id: str = "", account_id: str = "") -> list[dict[str, Any]]:
        """What the platform accepted, in order."""
        query = {"account_id": account_id or self.account_id, "direction": "received", "page_size": "10000"}
        entries = (await self.control("GET", "ledger", **query))["entries"]
        return [entry for entry in entries if chat_id in ("", entry["chat_id"])]

    async def calls(self, path: str = "", account_id: str = "") -> list[dict[str, Any]]:
        """Every call made to the platform, in order."""
        found = await self.control("GET", "calls", account_id=account_id or self.account_id, path=path)
        calls: list[dict[str, Any]] = found["calls"]
        return calls

    def as_admin(self, audience: str) -> Metadata:
        """Metadata of a call of the tenant's admin."""
        return on_behalf(self._issuer, audience, self.id, self.admin)

    async def rotate(self, token: str, account_id: str = "", **others: str) -> None:
        """New credentials for the account, at the desk. others: what it has besides its token."""
        credentials = (others or {"channel_secret": "secret"}) | {"access_token": token}
        request = tenants.RotateChannelCredentialsRequest(
            account_id=account_id or self.account_id, credentials=credentials
        )
        await self._accounts.RotateChannelCredentials(request, metadata=self.as_admin("tenants"))

    async def disconnect(self) -> None:
        """The account goes."""
        request = tenants.DisconnectChannelAccountRequest(account_id=self.account_id)
        await self._accounts.DisconnectChannelAccount(request, metadata=self.as_admin("tenants"))

    async def shown(self) -> tenants.ChannelAccount:
        """The account as tenants shows it."""
        answer = await self._accounts.ListChannelAccounts(
            tenants.ListChannelAccountsRequest(), metadata=self.as_admin("tenants")
        )
        found: tenants.ChannelAccount = next(each for each in answer.accounts if each.id == self.account_id)
        return found

    async def check(self, account_id: str = "") -> pb.CheckChannelAccountResponse:
        """CheckChannelAccount."""
        request = pb.CheckChannelAccountRequest(account_id=account_id or self.account_id)
        answer: pb.CheckChannelAccountResponse = await self._stub.CheckChannelAccount(
            request, metadata=self.as_admin("delivery")
        )
        return answer

    async def queues(self) -> list[pb.AccountQueue]:
        """ListAccountQueues."""
        answer = await self._stub.ListAccountQueues(pb.ListAccountQueuesRequest(), metadata=self.as_admin("delivery"))
        return list(answer.queues)

    async def queue(self) -> pb.AccountQueue | None:
        """The account's queue."""
        return next((queue for queue in await self.queues() if queue.account_id == self.account_id), None)

    def pass_time(self, seconds: float) -> None:
        """Moves every clock on."""
        self.stack.set_clock(float(self.stack.clock_file.read_text()) + seconds)

    def now(self) -> datetime:
        """The services' time."""
        return SystemClock(self.stack.clock_file).now()

    async def _hear(self, message: Msg) -> None:
        self._told.append(message)
