"""Signs to LINE's users that somebody read their messages, or writes."""

import json
from typing import Any

from libs.channels.accounts import Account, Credentials
from libs.channels.contacts import Address
from libs.channels.line.outbound import HOST, bearer
from libs.channels.wire import HttpRequest

# The shortest LINE takes; it ends by itself when a message comes.
_TYPING_SECONDS = 5


def build_read_mark(
    contact: Address, provider_message_id: str, token: str, account: Account, credentials: Credentials
) -> HttpRequest | None:
    """Everything up to the message that the token came with; None for one that came without."""
    if not token:
        return None
    return _post("read", "/v2/bot/chat/markAsRead", {"markAsReadToken": token}, credentials)


def build_typing(
    contact: Address, provider_message_id: str, account: Account, credentials: Credentials
) -> HttpRequest | None:
    """LINE's loading animation, which only chats of two have."""
    if contact.kind != "line_user" or not contact.value:
        return None
    content = {"chatId": contact.value, "loadingSeconds": _TYPING_SECONDS}
    return _post("typing", "/v2/bot/chat/loading/start", content, credentials)


def _post(operation: str, path: str, content: dict[str, Any], credentials: Credentials) -> HttpRequest:
    headers = bearer(credentials) | {"Content-Type": "application/json"}
    return HttpRequest("POST", HOST, path, operation, headers, json.dumps(content).encode())
