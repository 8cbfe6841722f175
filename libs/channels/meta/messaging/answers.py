"""What the Send API's answer means."""

from libs.channels.fields import Fields
from libs.channels.meta import errors
from libs.channels.outcomes import Outcome, SentMessage
from libs.channels.wire import Answer, NoAnswer

_REFUSALS = {
    (10, 2018278): "window_closed",
    (10, 2018065): "window_closed",
    (10, 2534022): "window_closed",
    (10, 2018108): "blocked",
    (10, 1893063): "account_restricted",
    (200, 1545041): "blocked",
    (100, 2018001): "invalid_recipient",
    # Too large, of another type than it says, not to be fetched, damaged.
    (100, 2018109): "media_refused",
    (100, 2018047): "media_refused",
    (100, 2018008): "media_refused",
    (100, 2018294): "media_refused",
    # Commerce messages, and all messages, switched off for the page.
    (2022, None): "account_restricted",
    (10904, None): "account_restricted",
}


def classify(result: Answer | NoAnswer) -> Outcome:
    """The outcome of a message."""
    return errors.classify(result, READING)


def _sent(content: Fields) -> tuple[SentMessage, ...]:
    found = content.text("message_id")
    return (SentMessage(found),) if found else ()


READING = errors.Reading(refusals=_REFUSALS, sent=_sent)
