"""Attachments of received messages, on the way to their bytes."""

from dataclasses import dataclass

from libs.channels.wire import HttpRequest


@dataclass(frozen=True, slots=True)
class ContentRef:
    """One attachment of a received message, as its event told."""

    kind: str
    provider_content_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ContentRequest:
    """A call on the way to an attachment's bytes. `final`: its answer holds them; else read_content_place reads it."""

    request: HttpRequest
    final: bool = True


@dataclass(frozen=True, slots=True)
class ContentLater:
    """The platform is still preparing the bytes: ask again after so many seconds."""

    seconds: float
