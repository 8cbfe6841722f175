"""Telling "not now" from "not this": only the second is a message's own fault."""

from libs.bus.errors import BusUnavailableError
from libs.db.errors import is_transient as database_is_away
from libs.rpc.errors import TooManyRequestsError, UnavailableError


def is_transient(error: BaseException) -> bool:
    """Whether the same messages may well succeed later, because what failed them is a dependency."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_transient(inner) for inner in error.exceptions)
    if isinstance(error, BusUnavailableError | UnavailableError | TooManyRequestsError | ConnectionError):
        return True
    return database_is_away(error)
