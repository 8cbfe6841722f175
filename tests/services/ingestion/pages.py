"""Messenger as ingestion sees it: one address for the pages of an app, and one of its own for a tenant's own app."""

import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.demo_accounts import META_APP_SECRET
from tests.services.ingestion.platform import LineAccount, Platform

_numbers = itertools.count(1)


@dataclass
class Page(LineAccount):
    """A connected page. app_secret: of its tenant's own app; "" for one that the shared app calls for."""

    channel: str = "facebook"
    provider_id: str = field(default_factory=lambda: f"1{time.monotonic_ns():018d}{next(_numbers):04d}")
    app_secret: str = ""
    verify_token: str = ""

    @property
    def credentials(self) -> dict[str, str]:
        """As the tenants service hands them out."""
        given = {
            "access_token": self.access_token,
            "app_secret": self.app_secret,
            "verify_token": self.verify_token,
        }
        return {name: value for name, value in given.items() if value}


def page(platform: Platform, **values: Any) -> Page:
    """A page that the tenants service knows."""
    made = Page(**values)
    platform.tenants.accounts[made.id] = made
    return made


def written(words: str = "hi", user: str = "4444444444") -> dict[str, Any]:
    """A customer's message; whose page it is for, the entry says."""
    number = next(_numbers)
    return {
        "sender": {"id": user},
        "timestamp": int(time.time() * 1000),
        "message": {"mid": f"m_{number}", "text": words},
    }


def delivered(user: str = "4444444444") -> dict[str, Any]:
    """A receipt."""
    number, now = next(_numbers), int(time.time() * 1000)
    return {"sender": {"id": user}, "timestamp": now, "delivery": {"mids": [f"m_{number}"], "watermark": now}}


def entry(provider_id: str, *updates: Any) -> dict[str, Any]:
    """What happened on one page."""
    addressed = [
        {**one, "recipient": {"id": provider_id}} if isinstance(one, dict) and "sender" in one else one
        for one in updates
    ]
    return {"id": provider_id, "time": int(time.time() * 1000), "messaging": addressed}


def body_of(*entries: Any) -> bytes:
    """A webhook body."""
    return json.dumps({"object": "page", "entry": list(entries)}).encode()


async def post(
    platform: Platform, body: bytes, account: Page | None = None, secret: str = META_APP_SECRET
) -> httpx.Response:
    """A signed call, to the address of all pages or to the account's own."""
    path = f"/webhooks/facebook/{account.id}" if account else "/webhooks/facebook"
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return await platform.http.post(path, content=body, headers={"x-hub-signature-256": signature})
