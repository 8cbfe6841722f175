"""How much anybody may do on shops' pages, where nobody signs up for anything."""

import contextlib
from collections import Counter
from collections.abc import Iterator

from libs.edge.clients import neighbourhood
from libs.edge.limits import Limiter, Quota
from libs.rpc.errors import TooManyRequestsError
from services.ingestion.service.widget.people import Person
from services.ingestion.settings import Settings


class WidgetLimits:
    """Rates by address and by person, and how many may wait at once."""

    def __init__(self, limiter: Limiter, settings: Settings) -> None:
        self._limiter = limiter
        self._settings = settings
        self._waiting: Counter[str] = Counter()

    async def any_call(self, address: str) -> None:
        """Every call counts. TooManyRequestsError."""
        await self._hit([Quota(f"widget/address/{neighbourhood(address)}", self._settings.widget_rate_address)])

    async def body(self, address: str, size: int) -> None:
        """So many bytes are about to be read. TooManyRequestsError."""
        who = f"widget/bytes/{neighbourhood(address)}"
        await self._hit([Quota(who, self._settings.widget_rate_bytes_address, size)])

    async def writing(self, what: str, address: str, person: Person | None) -> None:
        """what: "sessions", "messages", "forms" or "images". TooManyRequestsError."""
        rate = getattr(self._settings, f"widget_rate_{what}")
        # Whoever likes can be a new person for every picture, and each is ten megabytes on the disk.
        images = what == "images"
        everybodys = self._settings.widget_rate_images_address if images else self._settings.widget_rate_writing_address
        quotas = [Quota(f"widget/{what}/{neighbourhood(address)}", everybodys)]
        if person is not None:
            quotas.append(Quota(f"widget/{what}/{person.key}", rate))
        else:
            quotas.append(Quota(f"widget/{what}/new/{neighbourhood(address)}", rate))
        await self._hit(quotas)

    @contextlib.contextmanager
    def waiting(self, address: str, person: Person) -> Iterator[None]:
        """One more long poll inside the block. TooManyRequestsError."""
        most = {
            f"person/{person.key}": self._settings.widget_waiting_person,
            f"address/{neighbourhood(address)}": self._settings.widget_waiting_address,
            "all": self._settings.widget_waiting,
        }
        if any(self._waiting[who] >= limit for who, limit in most.items()):
            raise TooManyRequestsError("Too many pages wait for news at once.", retry_after_seconds=5)
        self._waiting.update(most.keys())
        try:
            yield
        finally:
            self._waiting.subtract(most.keys())
            for who in most:
                if not self._waiting[who]:
                    del self._waiting[who]

    async def _hit(self, quotas: list[Quota]) -> None:
        verdict = await self._limiter.hit(quotas)
        if not verdict.allowed:
            seconds = verdict.reset_seconds
            raise TooManyRequestsError(f"Too many. Come back in {seconds} seconds.", retry_after_seconds=seconds)
