"""What customers attach on Messenger and Instagram."""

from typing import Any

from services.simulator.domain.meta.drafts import MetaDraft

# Types whose bytes the simulator keeps, and the kind their bytes are of.
MEDIA = {"image": "image", "video": "video", "audio": "audio", "voice": "audio", "file": "file", "sticker": "sticker"}
_STICKER = 369239263222822
_SHARED = "https://www.example.com/p/abc/"


def attachments(draft: MetaDraft, channel: str, media_url: str) -> list[dict[str, Any]]:
    """The attachments of a message of this type; a type Meta does not have makes an unknown one."""
    if draft.type == "sticker":
        return [_sticker(channel, media_url)]
    if draft.type in MEDIA:
        return [{"type": MEDIA[draft.type], "payload": {"url": media_url}}]
    return [_other(draft)]


def _sticker(channel: str, media_url: str) -> dict[str, Any]:
    # Instagram has no word for stickers of its own.
    if channel == "instagram":
        return {"type": "image", "payload": {"url": media_url}}
    return {"type": "sticker", "payload": {"url": media_url, "sticker_id": _STICKER}}


def _other(draft: MetaDraft) -> dict[str, Any]:
    title = draft.text or "夏季新品"
    match draft.type:
        case "location":
            payload: dict[str, Any] = {"coordinates": {"lat": 25.0478, "long": 121.517}}
            return {"type": "location", "title": "台北車站", "payload": payload}
        case "fallback":
            return {"type": "fallback", "title": title, "url": _SHARED, "payload": None}
        case "template":
            element = {"title": title, "subtitle": "NT$ 590", "image_url": "https://www.example.com/shirt.jpg"}
            return {"type": "template", "payload": {"template_type": "generic", "elements": [element]}}
        case "ig_post":
            payload = {"ig_post_media_id": "18000000000000001", "title": title, "url": _SHARED}
        case "reel" | "ig_reel":
            payload = {"reel_video_id": "18000000000000002", "title": title, "url": _SHARED}
        case "unsupported":
            return {"type": "unsupported_type", "payload": {"url": _SHARED}}
        case _:
            payload = {"url": _SHARED}
    return {"type": draft.type, "payload": payload}
