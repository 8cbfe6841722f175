"""Signed webhook calls as each platform makes them, with one update or many."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from cli.demo_accounts import LINE_CREDENTIALS, META_APP_SECRET, ORDER_CREDENTIALS
from libs.channels.line import signature as line
from libs.channels.meta import signature as meta
from libs.channels.order import signature as order

USERS = 300
_PAGE, _OUTLET, _NUMBER, _BUSINESS = "100000000000001", "17841400000000001", "200000000000001", "300000000000001"


def _line(numbers: Sequence[int], timestamp: int, tag: str) -> dict[str, Any]:
    events = [
        {
            "type": "message",
            "mode": "active",
            "timestamp": timestamp,
            "source": {"type": "user", "userId": f"U{number % USERS:032x}"},
            "webhookEventId": f"01{tag}{number:0{24 - len(tag)}d}",
            "deliveryContext": {"isRedelivery": False},
            "replyToken": f"{number:032x}",
            "message": {"id": f"{tag}{number}", "type": "text", "text": f"{tag}-{number}", "quoteToken": "q"},
        }
        for number in numbers
    ]
    return {"destination": "U" + "0" * 32, "events": events}


def _messaging(object_name: str, account: str) -> Callable[[Sequence[int], int, str], dict[str, Any]]:
    def body(numbers: Sequence[int], timestamp: int, tag: str) -> dict[str, Any]:
        updates = [
            {
                "sender": {"id": f"4{number % USERS:015d}"},
                "recipient": {"id": account},
                "timestamp": timestamp,
                "message": {"mid": f"m_{tag}{number}", "text": f"{tag}-{number}"},
            }
            for number in numbers
        ]
        return {"object": object_name, "entry": [{"id": account, "time": timestamp, "messaging": updates}]}

    return body


def _whatsapp(numbers: Sequence[int], timestamp: int, tag: str) -> dict[str, Any]:
    phones = [f"8869{number % USERS:08d}" for number in numbers]
    messages = [
        {
            "from": phone,
            "id": f"wamid.{tag}{number}",
            "timestamp": str(timestamp // 1000),
            "type": "text",
            "text": {"body": f"{tag}-{number}"},
        }
        for number, phone in zip(numbers, phones, strict=True)
    ]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "886255500001", "phone_number_id": _NUMBER},
        "contacts": [{"profile": {"name": "A customer"}, "wa_id": phone} for phone in dict.fromkeys(phones)],
        "messages": messages,
    }
    entry = {"id": _BUSINESS, "changes": [{"field": "messages", "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _order(numbers: Sequence[int], timestamp: int, tag: str) -> dict[str, Any]:
    """Shops tell one event a call."""
    (number,) = numbers
    return {
        "type": "order.message",
        "id": f"{tag}{number}",
        "at": datetime.fromtimestamp(timestamp / 1000, UTC).isoformat(),
        "order": {"id": str(number % USERS), "number": f"#{number % USERS}"},
        "customer": {"name": "A customer"},
        "message": {"text": f"{tag}-{number}"},
    }


_BODIES: dict[str, Callable[[Sequence[int], int, str], dict[str, Any]]] = {
    "line": _line,
    "facebook": _messaging("page", _PAGE),
    "instagram": _messaging("instagram", _OUTLET),
    "whatsapp": _whatsapp,
    "order": _order,
}
# Those of a shared app are called at its one address.
PATHS = {name: f"/webhooks/{name}" + (f"/demo-{name}" if name in {"line", "order"} else "") for name in _BODIES}
# Those whose calls may carry many updates.
BATCHING = tuple(name for name in _BODIES if name != "order")


def call(channel: str, numbers: Sequence[int], host: str, timestamp: int, tag: str) -> bytes:
    """One HTTP request with one update for each number."""
    body = json.dumps(_BODIES[channel](numbers, timestamp, tag)).encode()
    signed = "\r\n".join(
        f"{name}: {value}" for name, value in _signature(channel, body, timestamp, f"{tag}{numbers[0]}")
    )
    head = (
        f"POST {PATHS[channel]} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"{signed}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _signature(channel: str, body: bytes, timestamp: int, key: str) -> list[tuple[str, str]]:
    if channel == "line":
        return [("X-Line-Signature", line.sign(LINE_CREDENTIALS["channel_secret"], body))]
    if channel == "order":
        at = timestamp // 1000
        signed = order.sign(ORDER_CREDENTIALS["webhook_secret"], key, at, body.decode())
        return [("webhook-id", key), ("webhook-timestamp", str(at)), ("webhook-signature", signed)]
    return [("X-Hub-Signature-256", meta.sign(META_APP_SECRET, body))]
