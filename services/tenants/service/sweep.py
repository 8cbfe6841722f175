"""Throwing away what has expired."""

from services.tenants.repository.tenants import sweep
from services.tenants.service.base import UseCases


class Sweep(UseCases):
    """Over all tenants."""

    async def run(self) -> None:
        """Sessions over for a week, links and counters that mean nothing any more."""
        async with self.database.system_unit() as unit:
            await sweep(unit, self.now())
