"""Turning away who tries too often."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from libs.db.database import Database
from services.tenants.domain.errors import TooManyAttemptsError
from services.tenants.domain.throttles import Throttle
from services.tenants.repository.throttles import ThrottleCounter


async def admit(database: Database, now: datetime, charges: Iterable[tuple[Throttle, str]]) -> None:
    """Counts an attempt against each throttle, in a transaction of its own: it counts even if what follows is cut
    short. TooManyAttemptsError when one of them says wait; an empty value is not counted."""
    async with database.system_unit() as unit:
        counter = ThrottleCounter(unit)
        waits = [await counter.charge(throttle, value, now) for throttle, value in charges if value]
    if longest := max(waits, default=timedelta()):
        raise TooManyAttemptsError(math.ceil(longest.total_seconds()))
