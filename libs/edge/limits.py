"""Rate limits: fixed windows counted in Redis, so that all replicas share them; in this process while Redis is away."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from libs.observe.log import get_logger

_log = get_logger(__name__)

_REDIS_SECONDS = 0.1
# After a failure Redis is left alone this long, so that its absence does not slow every request.
_REST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Quota:
    """Who may do how much: one counter. amount: what this request takes of it."""

    who: str
    limit: RateLimitItem
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is left of the tightest quota. remaining is negative when the request is one too many."""

    limit: int
    remaining: int
    reset_seconds: int

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.remaining >= 0

    def headers(self) -> list[tuple[bytes, bytes]]:
        """RateLimit-* for the answer."""
        told = {b"limit": self.limit, b"remaining": max(0, self.remaining), b"reset": self.reset_seconds}
        return [(b"ratelimit-" + name, str(value).encode()) for name, value in told.items()]


class Limiter:
    """Counts requests against quotas."""

    name = "limits"

    def __init__(self, redis_url: str, now: Callable[[], float], monotonic: Callable[[], float] = time.monotonic):
        self._redis_url = redis_url
        self._now = now
        self._monotonic = monotonic
        self._pool: BlockingConnectionPool | None = None
        self._redis: RedisStorage | None = None
        self._memory: Storage = MemoryStorage()
        self._rest_until = 0.0

    async def start(self) -> None:
        """Connects when first needed."""
        if self._redis_url:
            self._pool = BlockingConnectionPool.from_url(
                self._redis_url,
                max_connections=32,
                timeout=_REDIS_SECONDS,
                socket_timeout=_REDIS_SECONDS,
                socket_connect_timeout=_REDIS_SECONDS,
                retry=Retry(NoBackoff(), 1),
            )
            options: dict[str, Any] = {"implementation": "redispy", "connection_pool": self._pool}
            self._redis = RedisStorage(f"async+{self._redis_url}", **options)

    async def stop(self) -> None:
        """Closes the connections."""
        if self._pool is not None:
            await self._pool.disconnect()

    async def problem(self) -> str | None:
        """Never one: without Redis each replica counts alone."""
        return None

    async def hit(self, quotas: Sequence[Quota]) -> Verdict:
        """Counts one request against every quota, refused ones, too; the verdict is the tightest one's."""
        now = self._now()
        return min(
            await asyncio.gather(*(self._hit(quota, now) for quota in quotas)), key=lambda verdict: verdict.remaining
        )

    async def _hit(self, quota: Quota, now: float) -> Verdict:
        seconds = quota.limit.get_expiry()
        window = int(now // seconds)
        used = await self._count(f"{quota.who}/{window}", seconds, quota.amount)
        reset = max(1, round((window + 1) * seconds - now))
        return Verdict(quota.limit.amount, quota.limit.amount - used, reset)

    async def _count(self, key: str, seconds: int, amount: int) -> int:
        if self._redis is not None and self._rest_until <= self._monotonic():
            try:
                return await self._redis.incr(key, seconds, amount)
            except (RedisError, OSError, TimeoutError) as error:
                self._rest_until = self._monotonic() + _REST_SECONDS
                _log.warning("rate limits are counted here alone: Redis does not answer", error=repr(error))
        return await self._memory.incr(key, seconds, amount)
