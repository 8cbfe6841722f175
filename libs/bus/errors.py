"""What can go wrong on the bus, by whether trying again may help."""


class BusError(Exception):
    """Anything the bus refuses or cannot do."""


class BusUnavailableError(BusError):
    """The broker is away, or did not answer in time. The message may or may not be stored: publish it again with
    the same message id."""


class PublishTimeoutError(BusUnavailableError):
    """No acknowledgement came within the time allowed."""


class StreamFullError(BusUnavailableError):
    """The stream has reached its limits and discards new messages. Raise FRONTDESK_NATS_*_MAX_BYTES or the disk."""


class PublishRejectedError(BusError):
    """The broker refuses this message for good; trying again does not help."""


class MessageTooLargeError(PublishRejectedError):
    """The message is larger than the broker takes (headers and payload together)."""


class StreamMismatchError(BusError):
    """A stream exists with settings that cannot be changed into the declared ones."""


class FeedGapError(BusError):
    """Events between the wanted position and the oldest one kept are gone: readers must load their state anew."""


class SpoolError(BusError):
    """Neither the broker nor the database took the event: it is not stored anywhere."""
