"""What customers write on WhatsApp: the part of a message that its type names."""

import json
from dataclasses import dataclass
from typing import Any

from services.simulator.domain.meta.drafts import MetaDraft

# The type's name on WhatsApp, and the kind its bytes are of.
MEDIA = {
    "image": ("image", "image"),
    "video": ("video", "video"),
    "audio": ("audio", "audio"),
    "voice": ("audio", "audio"),
    "file": ("document", "file"),
    "document": ("document", "file"),
    "sticker": ("sticker", "sticker"),
}
_PLACE = {"latitude": 25.0478, "longitude": 121.517, "name": "台北車站", "address": "台北市中正區北平西路3號"}
_CONTACT = {
    "name": {"formatted_name": "王大明", "first_name": "大明", "last_name": "王"},
    "phones": [{"phone": "+886 912 345 678", "wa_id": "886912345678", "type": "CELL"}],
    "emails": [{"email": "wang@example.com", "type": "WORK"}],
    "org": {"company": "好日子茶行"},
}
_ITEMS = [{"product_retailer_id": "TEE-M", "quantity": 2, "item_price": 590, "currency": "TWD"}]
_UNSUPPORTED = {
    "code": 131051,
    "title": "Message type unknown",
    "message": "Message type unknown",
    "error_data": {"details": "Message type is currently not supported."},
}


@dataclass(slots=True, frozen=True)
class Media:
    """Bytes of a message, as a webhook tells them."""

    media_id: str
    media_type: str
    sha256: str
    file_name: str


def content(draft: MetaDraft, media: Media | None) -> dict[str, Any]:
    """{type, <type>: …}; a type WhatsApp does not have makes an unknown one."""
    if draft.type in MEDIA and media is not None:
        return _media(draft, media)
    text = "你好" if draft.text is None else draft.text
    match draft.type:
        case "text":
            return {"type": "text", "text": {"body": text}}
        case "location":
            return {"type": "location", "location": _PLACE}
        case "contacts":
            return {"type": "contacts", "contacts": [_CONTACT]}
        case "button":
            return {"type": "button", "button": {"payload": draft.payload or text, "text": text}}
        case "button_reply" | "list_reply":
            reply = {"id": draft.payload or "choice-1", "title": text}
            return {"type": "interactive", "interactive": {"type": draft.type, draft.type: reply}}
        case "nfm_reply":
            form = {"name": "flow", "body": "Sent", "response_json": draft.payload or json.dumps({"size": "M"})}
            return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": form}}
        case "order":
            order = {"catalog_id": "354160437058781", "text": draft.text or "", "product_items": _ITEMS}
            return {"type": "order", "order": order}
        case "unsupported":
            return {"type": "unsupported", "errors": [_UNSUPPORTED]}
        case _:
            return {"type": draft.type}


def _media(draft: MetaDraft, media: Media) -> dict[str, Any]:
    name, _ = MEDIA[draft.type]
    told: dict[str, Any] = {"mime_type": media.media_type, "sha256": media.sha256, "id": media.media_id}
    if name == "audio":
        told["voice"] = draft.type == "voice"
    elif name == "sticker":
        told["animated"] = False
    elif draft.text is not None:
        told["caption"] = draft.text
    if name == "document":
        told["filename"] = media.file_name
    return {"type": name, name: told}
