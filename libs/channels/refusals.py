"""Files that a channel does not take: one code and one sentence for each reason, whoever finds out. Pure."""

from typing import Any

from libs.channels.limits import Limits
from libs.rpc.errors import InvalidArgumentError

# Kinds as people call them, in the order in which they are named.
WORDS = {"image": "pictures", "video": "videos", "audio": "recordings", "file": "files"}
_MEGABYTE = 1_000_000


class MediaNotAllowedError(InvalidArgumentError):
    """The channel takes nothing of this kind, or only in other forms. Fields: kind; allowed, a list of the kinds or
    content types it takes."""

    code = "media_not_allowed"


class MediaTooLargeError(InvalidArgumentError):
    """More bytes than the channel takes, or than can be made smaller. Fields: kind; size_bytes; most_bytes."""

    code = "media_too_large"


def kind_refused(limits: Limits, kind: str, **fields: Any) -> MediaNotAllowedError:
    """For a kind that is not among the channel's."""
    others = ", ".join(words for one, words in WORDS.items() if one in limits.media)
    return MediaNotAllowedError(
        f"This channel takes no {WORDS[kind]}, only {others or 'texts'}. Send a link to it in a text.",
        kind=kind,
        allowed=sorted(limits.media),
        **fields,
    )


def form_refused(kind: str, allowed: tuple[str, ...], **fields: Any) -> MediaNotAllowedError:
    """For a content type that is not among those the channel takes of this kind."""
    return MediaNotAllowedError(
        f"This channel takes {WORDS[kind]} as {', '.join(allowed)} only. Convert the file first.",
        kind=kind,
        allowed=list(allowed),
        **fields,
    )


def size_refused(kind: str, size_bytes: int, most_bytes: int, **fields: Any) -> MediaTooLargeError:
    """For a file with more than most_bytes."""
    return MediaTooLargeError(
        f"It has {_megabytes(size_bytes)} MB; {_megabytes(most_bytes)} MB are taken here. Send a smaller one"
        + (", or a link to it in a text." if kind != "image" else "."),
        kind=kind,
        size_bytes=size_bytes,
        most_bytes=most_bytes,
        **fields,
    )


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.1f}".removesuffix(".0")
