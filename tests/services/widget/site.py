"""A page of the demo shop as a browser with the widget in it uses the desk, and the shop's people behind it."""

import io
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import jwt
from PIL import Image

from cli.demo import PASSWORD
from tests.support.wait import eventually

ACCOUNT, SECRET = "demo-web", "demo-widget-secret-that-signs-members"
ORIGIN = "https://shop.example"
_numbers = itertools.count(1)


class Browser:
    """One browser. token: a visitor's, once it has a session, or the member's that the shop signed. address: where it
    seems to call from, "" for this machine."""

    def __init__(self, client: httpx.AsyncClient, account: str = ACCOUNT, member: str = "", **claims: Any) -> None:
        self.client = client
        self.root = f"/widget/v1/{account}"
        self.token = member_token(member, **claims) if member else ""
        self.kept = ""
        self.address = ""

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any call, as the widget makes it."""
        headers = {"Origin": ORIGIN, "Authorization": f"Bearer {self.token}", "X-Forwarded-For": self.address}
        headers = {name: value for name, value in headers.items() if value not in ("", "Bearer ")}
        return await self.client.request(
            method, self.root + path, headers=headers | options.pop("headers", {}), **options
        )

    async def session(self) -> dict[str, Any]:
        """Opens the widget."""
        answer = (await self.call("POST", "/sessions", json={"visitor_token": self.kept})).raise_for_status().json()
        self.kept = answer["visitor_token"] or self.kept
        self.token = self.token or self.kept
        found: dict[str, Any] = answer
        return found

    async def writes(self, text: str = "", **fields: Any) -> httpx.Response:
        """A message of the chat."""
        return await self.call("POST", "/messages", json=draft(text, **fields))

    async def sends_form(self, text: str = "a question", **fields: Any) -> httpx.Response:
        """The contact form."""
        return await self.call("POST", "/forms", json=draft(text, **fields))

    async def uploads(self, content: bytes | AsyncIterator[bytes]) -> httpx.Response:
        """A picture."""
        return await self.call("POST", "/images", content=content, headers={"Content-Type": "image/png"})

    async def reads(self, page_token: str = "") -> dict[str, Any]:
        """A page of the thread."""
        answer = await self.call("GET", "/messages", params={"page_token": page_token})
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def texts(self) -> list[str]:
        """What the thread says, oldest first."""
        return [message["text"] for message in (await self.reads())["messages"]][::-1]

    async def sees(self, *texts: str) -> None:
        """Waits until the thread says exactly this."""

        async def found() -> bool:
            return await self.texts() == list(texts)

        await eventually(found, 20, f"a thread of {texts}")

    async def news(self, cursor: str) -> httpx.Response:
        """Waits for news."""
        return await self.call("GET", "/news", params={"cursor": cursor})


class Staff:
    """Somebody of the shop, at the API."""

    def __init__(self, api: httpx.AsyncClient) -> None:
        self.api = api

    @classmethod
    @asynccontextmanager
    async def signed_in(cls, url: str) -> AsyncIterator["Staff"]:
        """The demo's agent."""
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=30) as api:
            answer = await api.post("/sessions", json={"email": "agent@demo.test", "password": PASSWORD})
            api.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
            yield cls(api)

    async def conversations(self) -> list[dict[str, Any]]:
        """The newest of the site."""
        answer = await self.api.get("/conversations", params={"channel": "web", "page_size": 100})
        found: list[dict[str, Any]] = answer.raise_for_status().json()["conversations"]
        return found

    async def finds(self, text: str) -> dict[str, Any]:
        """The conversation whose newest message says this, once it is there."""

        async def found() -> dict[str, Any] | None:
            rows = await self.conversations()
            return next((row for row in rows if (row["last_message"] or {}).get("preview") == text), None)

        row = await eventually(found, 20, f"a conversation that says {text!r}")
        assert isinstance(row, dict)
        return row

    async def messages(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """A thread, newest first."""
        answer = await self.api.get(f"/conversations/{row['id']}/messages")
        found: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return found

    async def answers(self, row: dict[str, Any], text: str) -> httpx.Response:
        """Sends a text."""
        headers = {"Idempotency-Key": uuid4().hex}
        body = {"type": "text", "text": text}
        return await self.api.post(f"/conversations/{row['id']}/messages", json=body, headers=headers)


@asynccontextmanager
async def browsing(url: str) -> AsyncIterator[Callable[..., Browser]]:
    """Makes browsers that share nothing but the network."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:
        yield lambda **options: Browser(client, **options)


def member_token(member: str, secret: str = SECRET, seconds: float = 600, **claims: Any) -> str:
    """As the shop's server signs it."""
    return jwt.encode({"sub": member, "exp": int(time.time() + seconds), **claims}, secret, "HS256")


def draft(text: str, **fields: Any) -> dict[str, Any]:
    """A message or form as the widget makes it."""
    page = {"url": f"{ORIGIN}/products/1", "title": "A product"}
    return {"id": uuid4().hex, "text": text, "images": [], "page": page, "language": "en", **fields}


def unique(text: str) -> str:
    """Different each time."""
    return f"{text} {next(_numbers)} {uuid4().hex[:6]}"


def picture(kind: str = "PNG") -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (320, 200), (23, 97, 79)).save(file, kind)
    return file.getvalue()
