"""Which database errors mean "not now" rather than "not this"."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# The driver's own state is unknown after an InternalClientError: it was cut off in the middle of something.
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    ConnectionError,
)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    ConnectionError,
    TimeoutError,
    PoolTimeout,
)


def is_disconnect(error: BaseException) -> bool:
    """Whether the connection that raised this can serve no more."""
    return isinstance(error, _LOST) and not _is_unfit_value(error)


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed later: the database is away, overloaded, or two transactions met."""
    if isinstance(error, _AWAY):
        return not _is_unfit_value(error)
    if isinstance(error, DBAPIError):
        original = error.orig.__cause__ if error.orig is not None else None
        return error.connection_invalidated or (original is not None and is_transient(original))
    return isinstance(error, OperationalError | InterfaceError)


def _is_unfit_value(error: BaseException) -> bool:
    """A parameter that the driver cannot send; for asyncpg that is a kind of InterfaceError."""
    return isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
