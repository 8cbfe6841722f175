"""A customer on LINE, played through the simulator's control API."""

import secrets
from typing import Any

import httpx

from cli.demo_accounts import LINE_ACCOUNT

_ACCOUNT = f"/control/line/{LINE_ACCOUNT}"


class Line:
    """The platform as its other users see it: makes customers, and lets things go wrong."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """client: its base_url is the simulator's root."""
        self._client = client

    async def customer(self, name: str) -> "Customer":
        """Somebody new with this name."""
        customer = Customer(self._client, f"U{secrets.token_hex(16)}", name)
        await self.call("PUT", f"/users/{customer.user_id}", {"display_name": name})
        return customer

    async def fail(self, endpoint: str, **fault: Any) -> None:
        """Switches a fault on: `fail("push", action="status", status=400)`."""
        await self.call("POST", "/faults", {"endpoint": endpoint, **fault})

    async def heal(self) -> None:
        """Everything works again."""
        await self.call("DELETE", "/faults")

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the account's control API; what it answers."""
        return await _call(self._client, method, _ACCOUNT + path, body)


class Customer:
    """One person with a phone."""

    def __init__(self, client: httpx.AsyncClient, user_id: str, name: str) -> None:
        self._client = client
        self.user_id = user_id
        self.name = name

    @property
    def phone_path(self) -> str:
        """Their phone's page, below the desk's public address."""
        return f"/simulator/phone/line/{LINE_ACCOUNT}?user={self.user_id}"

    async def writes(self, text: str = "", **draft: Any) -> str:
        """A message, or any event, which the desk has to take; the platform's message id, "" when it has none."""
        said = {"text": text} if text else {}
        answer = await _call(self._client, "POST", f"{_ACCOUNT}/messages", {"user_id": self.user_id, **said, **draft})
        entry = answer["entry"]
        assert entry["answered"], entry
        return entry["message_id"] or ""

    async def received(self) -> list[str]:
        """The texts on their phone that the shop wrote, oldest first."""
        query = f"account_id={LINE_ACCOUNT}&user_id={self.user_id}&direction=received"
        answer = await _call(self._client, "GET", f"/control/ledger?{query}")
        return [entry["text"] for entry in answer["entries"]]


async def _call(client: httpx.AsyncClient, method: str, path: str, body: Any = None) -> Any:
    answer = await client.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None
