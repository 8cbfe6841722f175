"""Identifiers in the shapes Meta gives them."""

import base64
import hashlib

from services.simulator.domain.ids import Ids

# A media id begins with its kind, so that bytes that were forgotten can be made again.
_MEDIA = {"image": "71", "video": "72", "audio": "73", "file": "74", "sticker": "75"}


def scoped_id(*parts: str) -> str:
    """The same page- or Instagram-scoped id (16 digits) for the same words, every time."""
    return str(10**15 + _number(parts) % (9 * 10**15))


def phone_number(*parts: str, digits: int = 8) -> str:
    """The same Taiwanese mobile number, as WhatsApp writes it, for the same words; more digits make a longer one."""
    return f"8869{_number(parts) % 10**digits:0{digits}}"


def business_scoped_id(country: str, *parts: str) -> str:
    """The id under which one business knows a WhatsApp user, whatever their number."""
    return f"{country}.{10**15 + _number(parts) % (9 * 10**15)}"


def message_id(channel: str, ids: Ids) -> str:
    """A new message's id."""
    token = ids.token() + ids.token()[:16]
    encoded = base64.urlsafe_b64encode(bytes.fromhex(token)).decode()
    match channel:
        case "whatsapp":
            return f"wamid.HBgMODg2{encoded}="
        case "instagram":
            return f"aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE{encoded}ZD"
        case _:
            return f"m_{encoded}"


def media_id(kind: str, ids: Ids) -> str:
    """A new picture's, recording's or file's id: 16 digits."""
    return f"{_MEDIA[kind]}{int(ids.token()[:12], 16) % 10**14:014}"


def media_kind(identifier: str) -> str | None:
    """What kind of thing has this id; None for what no media id looks like."""
    if len(identifier) != 16 or not identifier.isdigit():
        return None
    return next((kind for kind, prefix in _MEDIA.items() if identifier.startswith(prefix)), None)


def trace_id(ids: Ids) -> str:
    """What fbtrace_id carries."""
    return "A" + base64.urlsafe_b64encode(bytes.fromhex(ids.token())[:15]).decode()


def _number(parts: tuple[str, ...]) -> int:
    return int.from_bytes(hashlib.sha256("\x00".join(parts).encode()).digest()[:8], "big")
