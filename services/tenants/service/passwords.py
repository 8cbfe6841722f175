"""argon2id in threads of its own: it releases the interpreter's lock, and never holds up the event loop."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from libs.rpc.errors import UnavailableError
from services.tenants.settings import TenantsSettings

T = TypeVar("T")


class Passwords:
    """Hashes and verifies a bounded number at a time; beyond a bounded queue it turns away at once."""

    name = "passwords"

    def __init__(self, settings: TenantsSettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.password_time_cost,
            memory_cost=settings.password_memory_kib,
            parallelism=settings.password_parallelism,
        )
        self._threads = ThreadPoolExecutor(settings.password_threads, thread_name_prefix="passwords")
        self._most = settings.password_threads + settings.password_waiting
        self._under_way = 0
        self._nobodys = ""

    async def start(self) -> None:
        """Makes the hash that unknown addresses are verified against."""
        self._nobodys = await self.hash(secrets.token_urlsafe())

    async def stop(self) -> None:
        """Lets what is computed end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def problem(self) -> str | None:
        """None: a full queue is no reason to take the service away."""
        return None

    async def hash(self, password: str) -> str:
        """What to store of a password."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether it is the password. Takes as long when nothing is stored, so that time tells nothing."""
        right = await self._run(lambda: self._matches(stored or self._nobodys, password))
        return right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._under_way >= self._most:
            raise UnavailableError("Too many people are signing in at once. Try again in a moment.")
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1
