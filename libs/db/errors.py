"""Which database errors mean "not now" rather than "not this"."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
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
    away = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError, ConnectionError)
    return isinstance(error, away)


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed later: the database is away, overloaded, or two transactions met."""
    if isinstance(error, _AWAY):
        return True
    if isinstance(error, DBAPIError):
        original = error.orig.__cause__ if error.orig is not None else None
        return error.connection_invalidated or (original is not None and is_transient(original))
    return isinstance(error, OperationalError | InterfaceError)
