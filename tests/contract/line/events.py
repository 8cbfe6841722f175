"""One proper LINE event, and copies of it with something wrong."""

import json
from typing import Any

GOOD: dict[str, Any] = {
    "type": "message",
    "mode": "active",
    "timestamp": 1_795_000_000_000,
    "webhookEventId": "01KA0000000000000000000000",
    "deliveryContext": {"isRedelivery": False},
    "replyToken": "token",
    "source": {"type": "user", "userId": "U1"},
    "message": {"id": "9001", "type": "text", "text": "hi"},
}


def spoilt(path: str, value: Any) -> dict[str, Any]:
    """A copy of GOOD with one field replaced, or removed for None."""
    event = json.loads(json.dumps(GOOD))
    *sections, name = path.split(".")
    target = event
    for section in sections:
        target = target[section]
    target.pop(name, None)
    if value is not None:
        target[name] = value
    return dict(event)
