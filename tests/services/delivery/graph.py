"""A Graph API that answers as a test says, and WhatsApp numbers that send through it."""

import asyncio
import itertools
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from frontdesk.conversations.v1.events_pb2 import AttemptConfirmed, DeliveryRequested
from frontdesk.tenants.v1 import tenants_pb2 as tenants
from frontdesk.tenants.v1 import tenants_pb2_grpc as tenants_grpc
from libs.channels.references import reference
from tests.services.delivery.shop import Contact, Shop
from tests.support.inbound import unique
from tests.support.wait import eventually


@dataclass
class Rule:
    """What becomes of calls. code: Meta's error; lost: the message is taken and the answer is not given; hold: the
    answer waits for it."""

    code: int = 0
    status: int = 400
    lost: bool = False
    hold: asyncio.Event | None = None
    to: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Graph:
    """One server for all numbers of a test run; what a number is told is its own."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.questions: dict[str, list[str]] = defaultdict(list)
        self.methods: dict[str, list[str]] = defaultdict(list)
        self.bodies: dict[str, list[str]] = defaultdict(list)
        self.rules: dict[str, deque[Rule]] = defaultdict(deque)
        self.answers: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listens on a free port."""
        app = web.Application()
        app.router.add_post("/{version}/{node}/messages", self._messages)
        app.router.add_route("*", "/{version}/{path:.*}", self._ask)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Ends."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        node, body = request.match_info["node"], await request.json()
        self.calls[node].append(body)
        if request.headers.get("Authorization") != f"Bearer {self.tokens.get(node)}":
            return _error(190, 401)
        rule = self._rule(node, str(body.get("to") or body.get("recipient", "")))
        if rule.hold is not None:
            await rule.hold.wait()
        if rule.lost:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if rule.code:
            return _error(rule.code, rule.status, rule.headers)
        # As WhatsApp, and as Messenger and Instagram answer.
        place = next(self._numbers)
        return web.json_response({"messages": [{"id": f"wamid.{place}"}], "message_id": f"mid.{place}"})

    async def _ask(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        about = path.partition("/")[0]
        self.questions[about].append(request.path_qs)
        self.methods[about].append(request.method)
        self.bodies[about].append(await request.text())
        answer = self.answers.get(path, {"error": {"code": 100, "message": path}})
        return web.json_response(answer, status=400 if "error" in answer else 200)

    def _rule(self, node: str, to: str) -> Rule:
        rules = self.rules[node]
        found = next((rule for rule in rules if rule.to in ("", to)), None)
        if found is not None:
            rules.remove(found)
        return found or Rule()


class Number:
    """A WhatsApp number of a shop, or another account at Meta."""

    def __init__(self, shop: Shop, graph: Graph, channel: str = "whatsapp", **credentials: str) -> None:
        self.shop = shop
        self.graph = graph
        self.channel = channel
        self.credentials = credentials
        self.account_id = unique("wa")
        self.id = str(uuid4().int)[:15]
        self.token = unique("token")
        # A page's token serves its Instagram account, too, which is then "me".
        self.node = "me" if channel == "instagram" and not credentials else self.id
        graph.tokens[self.node] = self.token

    async def connect(self) -> None:
        """At the desk."""
        operator = tenants_grpc.OperatorServiceStub(self.shop.stack.channel("tenants", "operator"))
        await operator.EnsureChannelAccount(
            tenants.EnsureChannelAccountRequest(
                tenant_id=str(self.shop.id),
                account_id=self.account_id,
                channel=self.channel,
                name="Our account",
                provider_id=self.id,
                credentials={"access_token": self.token} | self._others,
            )
        )

    @property
    def _others(self) -> dict[str, str]:
        own = {"business_account_id": f"9{self.id}"} if self.channel == "whatsapp" else {}
        return own | self.credentials

    async def rotate(self, token: str) -> None:
        """A new token, at the desk, which asks whose it is."""
        self.graph.answers[self.id] = {"id": self.id}
        await self.shop.rotate(token, self.account_id, **self._others)

    async def send(self, contact: Contact, text: str = "hi", **fields: Any) -> DeliveryRequested:
        """What conversations would publish for an answer."""
        return await self.shop.send(contact, text, account_id=self.account_id, channel=self.channel, **fields)

    async def confirmed(self, request: DeliveryRequested, state: str = "sent", **fields: Any) -> None:
        """What conversations would publish when a receipt names the attempt."""
        confirmed = AttemptConfirmed(
            tenant_id=request.tenant_id,
            account_id=request.account_id,
            message_id=request.message_id,
            attempt=request.attempt,
            state=state,
            provider_message_id="wamid.told",
        )
        confirmed.MergeFrom(AttemptConfirmed(**fields))
        await self.shop.publish(confirmed)

    def trouble(self, **rule: Any) -> Rule:
        """What becomes of the next call."""
        made = Rule(**rule)
        self.graph.rules[self.node].append(made)
        return made

    async def called(self, request: DeliveryRequested, times: int = 1) -> dict[str, Any]:
        """The last call for an attempt, once there were so many."""
        await eventually(lambda: len(self.of(request)) >= times, what=f"{times} calls")
        return self.of(request)[-1]

    def of(self, request: DeliveryRequested) -> list[dict[str, Any]]:
        """The calls for an attempt."""
        name = reference(UUID(request.message_id), request.attempt)
        return [call for call in self.graph.calls[self.node] if _reference(call) == name]

    def texts(self) -> list[str]:
        """What was written, in order, taken or not."""
        return [call["text"]["body"] for call in self.graph.calls[self.node] if call.get("type") == "text"]

    async def awaited(self, request: DeliveryRequested) -> Any:
        """The attempt, once it waits for the platform's word."""

        async def found() -> Any:
            row = await self.shop.attempt(request)
            return row if row is not None and row["confirm_by"] is not None else None

        return await eventually(found, what="awaited")


def _reference(call: dict[str, Any]) -> str | None:
    found: str | None = call.get("biz_opaque_callback_data") or call.get("message", {}).get("metadata")
    return found


def person() -> Contact:
    """Somebody with a phone."""
    return Contact("886" + str(uuid4().int)[:9], kind="whatsapp_phone")


def _error(code: int, status: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": {"code": code, "message": f"error {code}"}}, status=status, headers=headers)
