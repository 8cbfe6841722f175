"""What customers send when a test does not say which picture, video, voice message or file."""

import hashlib
from functools import cache
from pathlib import Path

from services.simulator.domain.media import document, portrait

_FOLDER = Path(__file__).with_name("samples")
_PHOTOS = ("photo-parcel.jpg", "photo-shirt.jpg", "photo-tea.jpg")


def sample(kind: str, message_id: str) -> tuple[bytes, str]:
    """Bytes and media type; the same message always has the same picture."""
    match kind:
        case "video":
            return _read("video.mp4"), "video/mp4"
        case "audio":
            return _read("voice.m4a"), "audio/x-m4a"
        case "file":
            return document(), "application/pdf"
        case "sticker":
            return portrait(message_id), "image/png"
        case _:
            number = hashlib.sha256(message_id.encode()).digest()[0]
            return _read(_PHOTOS[number % len(_PHOTOS)]), "image/jpeg"


@cache
def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
