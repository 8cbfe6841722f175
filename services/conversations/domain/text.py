"""What a text may be before it is stored: what the channel would refuse is refused here, with what to do."""

from libs.channels.registry import channel_named
from libs.channels.text import clean_text
from libs.rpc.errors import InvalidArgumentError


class TextTooLongError(InvalidArgumentError):
    """Longer than the channel takes; fields: limit and length in the channel's units."""

    code = "text_too_long"


def checked_text(text: str, channel: str) -> str:
    """The text as it will be sent, without NULs and lone surrogates; raises when it is empty or too long."""
    clean = clean_text(text)
    if not clean.strip():
        raise InvalidArgumentError("text is empty. Write something to send.", field="text")
    return checked_caption(clean, channel)


def checked_caption(text: str, channel: str) -> str:
    """The same for words beside a file, which may be none."""
    clean = clean_text(text)
    limits = channel_named(channel).limits
    length = limits.measure(clean)
    if length > limits.text_units:
        raise TextTooLongError(
            f"The text has {length} characters; this channel takes {limits.text_units}. Split it up.",
            field="text",
            limit=limits.text_units,
            length=length,
        )
    return clean
