"""Customers on LINE and on Meta's channels, played through the simulator's control API."""

import secrets
from functools import partial
from typing import Any

import httpx

from cli.demo_accounts import LINE_ACCOUNT
from tests.support.wait import eventually


class Platform:
    """A channel as its other users see it: makes customers of the demo's account, and lets things go wrong."""

    def __init__(self, client: httpx.AsyncClient, channel: str, account_id: str = "") -> None:
        """client: its base_url is the simulator's root; account_id: as the simulator calls another than the demo's."""
        self._client = client
        self.channel = channel
        self.account_id = account_id or f"demo-{channel}"

    async def customer(self, name: str) -> "Customer":
        """Somebody new with this name."""
        customer = Customer(self._client, self, self._new_id(), name)
        await self.call("PUT", f"/users/{customer.user_id}", {"display_name": name})
        return customer

    def _new_id(self) -> str:
        return f"U{secrets.token_hex(16)}" if self.channel == "line" else f"8869{secrets.randbelow(10**8):08}"

    async def fail(self, endpoint: str, **fault: Any) -> None:
        """Switches a fault on: `fail("push", action="status", status=400)`."""
        await self.call("POST", "/faults", {"endpoint": endpoint, **fault})

    async def heal(self) -> None:
        """Everything works again."""
        await self.call("DELETE", "/faults")

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the account's control API; what it answers."""
        return await _call(self._client, method, f"/control/{self.channel}/{self.account_id}{path}", body)


class Line(Platform):
    """LINE."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        super().__init__(client, "line")
        assert self.account_id == LINE_ACCOUNT


class Customer:
    """One person with a phone."""

    def __init__(self, client: httpx.AsyncClient, platform: Platform, user_id: str, name: str) -> None:
        self._client = client
        self._platform = platform
        self.user_id = user_id
        self.name = name

    @property
    def phone_path(self) -> str:
        """Their phone's page, below the desk's public address."""
        platform = self._platform
        return f"/simulator/phone/{platform.channel}/{platform.account_id}?user={self.user_id}"

    async def writes(self, text: str = "", **draft: Any) -> str:
        """A message, or any event, which the desk has to take; the platform's message id, "" when it has none."""
        said = {"text": text} if text else {}
        answer = await self._platform.call("POST", "/messages", {"user_id": self.user_id, **said, **draft})
        entry = answer["entry"]
        if not entry["answered"]:
            # Here a platform's two seconds may pass; it would ask again, too.
            await eventually(partial(self._asks_again, entry["event_id"]), 30, "an answered webhook")
        return entry["message_id"] or ""

    async def _asks_again(self, event_id: str) -> bool:
        again = await self._platform.call("POST", "/redeliveries", {"event_id": event_id})
        return bool(again["entry"]["answered"])

    async def received(self) -> list[str]:
        """The texts on their phone that the shop wrote, oldest first."""
        return [entry["text"] for entry in await self.inbox()]

    async def inbox(self) -> list[dict[str, Any]]:
        """Everything on their phone that the shop sent, oldest first, as the simulator's ledger has it."""
        query = f"account_id={self._platform.account_id}&user_id={self.user_id}&direction=received"
        answer = await _call(self._client, "GET", f"/control/ledger?{query}")
        entries: list[dict[str, Any]] = answer["entries"]
        return entries


async def _call(client: httpx.AsyncClient, method: str, path: str, body: Any = None) -> Any:
    answer = await client.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None
