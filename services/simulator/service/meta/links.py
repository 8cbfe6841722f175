"""Fetching what the desk links to, as Meta does before a customer sees it."""

from dataclasses import dataclass

import httpx

from services.simulator.domain.meta.sends import Attached

_MEGABYTE = 1024 * 1024
_SECONDS = 10.0
_WHATSAPP = {
    "image": (5 * _MEGABYTE, ("image/jpeg", "image/png")),
    "video": (16 * _MEGABYTE, ("video/mp4", "video/3gpp")),
    "audio": (16 * _MEGABYTE, ("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg")),
    "file": (100 * _MEGABYTE, ()),
    "sticker": (500 * 1024, ("image/webp",)),
}
_INSTAGRAM = {
    "image": (8 * _MEGABYTE, ("image/jpeg", "image/png", "image/gif")),
    "video": (25 * _MEGABYTE, ("video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm")),
    "audio": (25 * _MEGABYTE, ("audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/mpeg")),
    "file": (25 * _MEGABYTE, ("application/pdf",)),
}
_FACEBOOK = {
    "image": (8 * _MEGABYTE, ("image/jpeg", "image/png", "image/gif")),
    "video": (25 * _MEGABYTE, ()),
    "audio": (25 * _MEGABYTE, ()),
    "file": (25 * _MEGABYTE, ()),
}
_RULES = {"whatsapp": _WHATSAPP, "instagram": _INSTAGRAM, "facebook": _FACEBOOK}


class CannotFetch(Exception):
    """Why the platform cannot show what the link leads to."""


@dataclass(slots=True)
class Fetched:
    """What a link leads to."""

    kind: str
    data: bytes
    media_type: str


class Links:
    """Follows links to whatever a channel takes; one client for all."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=_SECONDS, follow_redirects=True, trust_env=False)

    async def fetch(self, channel: str, attached: Attached) -> Fetched:
        """The bytes; CannotFetch when nothing comes, or what the channel does not take."""
        most, types = _RULES[channel][attached.kind]
        data = bytearray()
        try:
            async with self._client.stream("GET", attached.url) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise CannotFetch(f"HTTP {answer.status_code}")
                media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                async for chunk in answer.aiter_bytes():
                    data += chunk
                    if len(data) > most:
                        raise CannotFetch(f"more than {most} bytes")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CannotFetch(f"{type(error).__name__}: {error}") from None
        if types and media_type not in types:
            raise CannotFetch(f"{media_type or 'no media type'} is not one of {', '.join(types)}")
        if not data:
            raise CannotFetch("nothing there")
        return Fetched(attached.kind, bytes(data), media_type)

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.aclose()
