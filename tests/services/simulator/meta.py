"""Accounts of Meta's channels on a running simulator, and short ways to use them from both sides."""

import json
from typing import Any

import httpx

from tests.services.simulator.desk import Desk
from tests.services.simulator.platform import Platform

CHANNELS = ("facebook", "instagram", "whatsapp")
PROVIDERS = {"facebook": "100000000000777", "instagram": "17841400000000777", "whatsapp": "200000000000777"}
WABA = "300000000000777"
SECRET = "meta-secret"
VERIFY = "meta-verify"


class MetaChannel:
    """One account of one channel: what its customers do, and what its app may call."""

    def __init__(self, platform: Platform, channel: str, account_id: str, provider_id: str) -> None:
        self.platform = platform
        self.channel = channel
        self.account_id = account_id
        self.provider_id = provider_id
        self.token = f"{account_id}-token"
        self.graph = httpx.AsyncClient(
            base_url=f"{platform.url}/graph/v23.0",
            timeout=30,
            trust_env=False,
            headers={"Authorization": f"Bearer {self.token}"},
        )

    async def register(self, webhook_url: str | None, **settings: Any) -> dict[str, Any]:
        """The account, with more settings. Nothing is told of sent messages by itself unless asked for."""
        account = {
            "account_id": self.account_id,
            "provider_id": self.provider_id,
            "access_token": self.token,
            "app_secret": SECRET,
            "verify_token": VERIFY,
            "webhook_url": webhook_url,
            "redelivery": {"enabled": False},
            "receipts": {"echo": False, "states": []},
        }
        if self.channel == "whatsapp":
            account["business_account_id"] = WABA
        registered: dict[str, Any] = await self.control("POST", "accounts", account | settings, of_channel=True)
        return registered

    async def control(self, method: str, path: str, body: Any = None, of_channel: bool = False, **query: Any) -> Any:
        """A control call about this account, or its channel, that has to succeed."""
        where = self.channel if of_channel else f"{self.channel}/{self.account_id}"
        return await self.platform.control(method, f"{where}/{path}" if path else where, body, **query)

    async def person(self, name: str = "林小美") -> str:
        """The id of one of the people every account begins with."""
        users = (await self.control("GET", "users", query=name))["users"]
        return str(users[0]["user_id"])

    async def happen(self, kind: str = "message", user: str | None = None, **draft: Any) -> dict[str, Any]:
        """Something a customer does; the ledger's entry."""
        body = {"kind": kind, "user_id": user or await self.person(), **draft}
        entry: dict[str, Any] = (await self.control("POST", "events", body))["entry"]
        return entry

    async def send(self, text: str = "hi", to: str | None = None, **more: Any) -> httpx.Response:
        """A text from the account's side."""
        to = to or await self.person()
        if self.channel == "whatsapp":
            body = {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text}}
        else:
            body = {"recipient": {"id": to}, "messaging_type": "RESPONSE", "message": {"text": text}}
        return await self.graph.post(f"/{self.provider_id}/messages", json=body | more)

    async def ledger(self, **query: Any) -> list[dict[str, Any]]:
        """Entries of the account."""
        found = await self.platform.control("GET", "ledger", account_id=self.account_id, page_size=10_000, **query)
        entries: list[dict[str, Any]] = found["entries"]
        return entries

    async def close(self) -> None:
        """Ends the client."""
        await self.graph.aclose()


def bodies(desk: Desk) -> list[dict[str, Any]]:
    """The bodies of all webhook calls, in the order they came."""
    return [json.loads(call.body) for call in desk.calls]


def items(desk: Desk) -> list[dict[str, Any]]:
    """Every messaging item, or WhatsApp value, of every call."""
    found: list[dict[str, Any]] = []
    for body in bodies(desk):
        for entry in body["entry"]:
            found += entry.get("messaging", []) + entry.get("standby", [])
            found += [change["value"] for change in entry.get("changes", [])]
    return found


def error(answer: httpx.Response) -> tuple[int, int, int | None]:
    """Status, code and subcode of a refusal; its shape is checked, too."""
    found = answer.json()["error"]
    assert found["fbtrace_id"]
    assert found["message"]
    assert found["type"] in ("OAuthException", "GraphMethodException", "FacebookApiException")
    return answer.status_code, found["code"], found.get("error_subcode")
