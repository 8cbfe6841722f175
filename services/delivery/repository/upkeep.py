"""SQL of upkeep, outside any tenant."""

from datetime import datetime

from libs.db.unit import Unit
from services.delivery.models import Backlog


async def forget_attempts(unit: Unit, older_than: datetime, most: int) -> int:
    """Deletes attempts that were finished before, the oldest first; how many."""
    return int((await unit.fetch("SELECT forget_attempts($1, $2)", older_than, most))[0][0])


async def backlog(unit: Unit) -> list[Backlog]:
    """What waits in the queues of all tenants, by the queues' state; a state in which nothing waits is left out."""
    return [Backlog(**dict(row)) for row in await unit.fetch("SELECT * FROM backlog()")]
