"""SQL of upkeep, outside any tenant."""

from datetime import datetime

from libs.db.unit import Unit
from services.delivery.models import Backlog, MediaBacklog


async def forget_attempts(unit: Unit, older_than: datetime, most: int) -> int:
    """Deletes attempts that were finished before, the oldest first; how many."""
    return int((await unit.fetch("SELECT forget_attempts($1, $2)", older_than, most))[0][0])


async def backlog(unit: Unit) -> list[Backlog]:
    """What waits in the queues of all tenants, by the queues' state; a state in which nothing waits is left out."""
    return [Backlog(**dict(row)) for row in await unit.fetch("SELECT * FROM backlog()")]


async def media_backlog(unit: Unit, now: datetime) -> list[MediaBacklog]:
    """Files that wait, of all tenants, by what they wait for."""
    return [MediaBacklog(**dict(row)) for row in await unit.fetch("SELECT * FROM media_backlog($1)", now)]
