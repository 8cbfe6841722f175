"""Calls to the Graph API: where they go and how they say who calls."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from libs.channels.accounts import Credentials
from libs.channels.sending import CannotSend
from libs.channels.wire import HttpRequest

GRAPH = "graph"
INSTAGRAM = "instagram"


def bearer(credentials: Credentials) -> dict[str, str]:
    """The header that names the account. Never in an address: addresses end up in logs."""
    token = credentials.get("access_token", "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise CannotSend("token_expired", "no usable access token is stored for this account")
    return {"Authorization": f"Bearer {token}"}


def node(*names: str) -> str:
    """The path of an object, or of something it has: node("123", "messages") is "/123/messages"."""
    return "".join(f"/{quote(name, safe='')}" for name in names)


def get(host: str, path: str, operation: str, credentials: Credentials, **query: str) -> HttpRequest:
    """A question. What the query holds must be no secret."""
    asked = urlencode(query, safe=",")
    return HttpRequest("GET", host, f"{path}?{asked}" if asked else path, operation, bearer(credentials))


def post(host: str, path: str, operation: str, credentials: Credentials, content: Any) -> HttpRequest:
    """A call with a JSON body."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = bearer(credentials) | {"Content-Type": "application/json"}
    return HttpRequest("POST", host, path, operation, headers, body)


def delete(host: str, path: str, operation: str, credentials: Credentials) -> HttpRequest:
    """Takes something back."""
    return HttpRequest("DELETE", host, path, operation, bearer(credentials))
