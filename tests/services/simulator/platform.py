"""A running simulator, and short ways to talk to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from libs.app.http import HttpPart
from libs.app.runtime import Runtime
from libs.app.service import Service
from libs.clock.clock import Clock
from services.simulator.app import build
from services.simulator.domain.ids import user_id
from services.simulator.service.mailbox import SmtpPart

ACCOUNT = "shop"
SECRET = "shop-secret"
TOKEN = "shop-token"
MEI = user_id(ACCOUNT, "林小美")


class Platform:
    """The simulator's control API, and LINE's API with the account's token."""

    def __init__(self, service: Service) -> None:
        http = next(part for part in service.parts if isinstance(part, HttpPart))
        smtp = next(part for part in service.parts if isinstance(part, SmtpPart))
        self.url = f"http://127.0.0.1:{http.port}"
        self.smtp_port = smtp.port
        self.http = httpx.AsyncClient(base_url=self.url, timeout=30, trust_env=False)
        self.line = httpx.AsyncClient(
            base_url=f"{self.url}/line/v2/bot",
            timeout=30,
            trust_env=False,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )

    async def register(self, webhook_url: str | None, **settings: Any) -> dict[str, Any]:
        """The account of these tests, with more settings."""
        account = {"account_id": ACCOUNT, "channel_secret": SECRET, "access_token": TOKEN, "webhook_url": webhook_url}
        registered: dict[str, Any] = await self.control("POST", "line/accounts", account | settings)
        return registered

    async def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """A control call that has to succeed."""
        response = await self.http.request(method, f"/control/{path}", json=body, params=query)
        assert response.is_success, response.text
        return response.json() if response.content else None

    async def write(self, text: str = "hello", user: str = MEI, **draft: Any) -> dict[str, Any]:
        """A customer's message; the ledger's entry."""
        return await self.happen("message", user, text=text, **draft)

    async def happen(self, kind: str, user: str | None = MEI, **draft: Any) -> dict[str, Any]:
        """Any event; the ledger's entry."""
        answer = await self.control("POST", f"line/{ACCOUNT}/events", {"kind": kind, "user_id": user, **draft})
        entry: dict[str, Any] = answer["entry"]
        return entry

    async def fault(self, **rule: Any) -> str:
        """Switches a fault on; its id."""
        return str((await self.control("POST", f"line/{ACCOUNT}/faults", rule))["id"])

    async def push(self, text: str = "hi", to: str = MEI, key: str | None = None) -> httpx.Response:
        """A push of one text."""
        headers = {"X-Line-Retry-Key": key} if key is not None else {}
        return await self.line.post("/message/push", json={"to": to, "messages": [_text(text)]}, headers=headers)

    async def reply(self, token: str, text: str = "hi") -> httpx.Response:
        """A reply of one text."""
        return await self.line.post("/message/reply", json={"replyToken": token, "messages": [_text(text)]})

    async def ledger(self, **query: Any) -> list[dict[str, Any]]:
        """Entries of the account."""
        found = await self.control("GET", "ledger", account_id=ACCOUNT, page_size=10_000, **query)
        entries: list[dict[str, Any]] = found["entries"]
        return entries

    async def arrived(self, user: str = MEI) -> list[str]:
        """The texts a customer has got, in order."""
        return [entry["text"] for entry in await self.ledger(user_id=user, direction="received") if entry["arrived"]]

    async def close(self) -> None:
        """Ends the clients."""
        await self.http.aclose()
        await self.line.aclose()


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


@asynccontextmanager
async def running(folder: Path, clock: Clock | None = None, **variables: str) -> AsyncIterator[Platform]:
    """A simulator on free ports, with its data in the folder."""
    environment = {
        "FRONTDESK_DATA_DIR": str(folder),
        "FRONTDESK_SIMULATOR_LISTEN": "127.0.0.1:0",
        "FRONTDESK_SIMULATOR_SMTP_LISTEN": "127.0.0.1:0",
    }
    service = build(Runtime(environment | variables, clock))
    await service.start()
    platform = Platform(service)
    try:
        yield platform
    finally:
        await platform.close()
        await service.stop()
