"""Throwing away what has expired."""

from datetime import timedelta

from services.tenants.repository.mails import MailQueue
from services.tenants.repository.tenants import sweep
from services.tenants.service.base import UseCases

# Longer than any link in a mail is good.
_MAILS_KEPT = timedelta(days=30)


class Sweep(UseCases):
    """Over all tenants."""

    async def run(self) -> None:
        """Sessions over for a week, links and counters that mean nothing any more, mails that never left."""
        async with self.database.system_unit() as unit:
            await sweep(unit, self.now())
            await MailQueue(unit).forget(self.now() - _MAILS_KEPT)
