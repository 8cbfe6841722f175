"""The message objects of LINE's webhooks, with everything a real one carries."""

from typing import Any

from services.simulator.domain.ids import Ids

MEDIA_TYPES = frozenset({"image", "video", "audio", "file"})
_QUOTABLE = frozenset({"text", "image", "video", "sticker"})

_LINE_CONTENT = {"type": "line"}

# What a message of each type says when a draft leaves it out.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "text": {"text": "你好"},
    "image": {"contentProvider": _LINE_CONTENT},
    "video": {"duration": 2000, "contentProvider": _LINE_CONTENT},
    "audio": {"duration": 2000, "contentProvider": _LINE_CONTENT},
    "file": {"fileName": "order.pdf", "fileSize": 0},
    "location": {"title": "台北車站", "address": "台北市中正區北平西路3號", "latitude": 25.0478, "longitude": 121.517},
    "sticker": {
        "packageId": "446",
        "stickerId": "1988",
        "stickerResourceType": "STATIC",
        "keywords": ["hello", "smile"],
    },
}


def content(kind: str, message_id: str, ids: Ids) -> dict[str, Any]:
    """A complete message object of this type; an unknown type gets an id and nothing else."""
    message: dict[str, Any] = {"type": kind, "id": message_id, **_DEFAULTS.get(kind, {})}
    if kind in _QUOTABLE:
        message["quoteToken"] = ids.quote_token()
    if kind in _DEFAULTS:
        message["markAsReadToken"] = ids.token()
    return message
