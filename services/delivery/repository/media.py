"""SQL of files to fetch."""

import json
from collections.abc import Sequence
from datetime import datetime

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.delivery.domain.media import FETCH_COLUMNS, MediaFetch
from services.delivery.models import Room

_COLUMNS = ", ".join(FETCH_COLUMNS)
_ADD = f"""
    INSERT INTO media_fetches ({_COLUMNS}, next_at)
    SELECT {_COLUMNS}, requested_at FROM json_populate_recordset(NULL::media_fetches, $1)
    ON CONFLICT (attachment_id, tenant_id) DO NOTHING"""
_CLAIM = f"SELECT {_COLUMNS} FROM claim_media_fetches($1, $2, $3, $4, $5, $6)"


class MediaRepository(Repository):
    """One tenant's fetches."""

    async def remove(self, attachment_id: str) -> bool:
        """The fetch is done, or given up; False when it was withdrawn before."""
        gone = await self.unit.execute(
            "DELETE FROM media_fetches WHERE tenant_id = :tenant AND attachment_id = :attachment",
            {"tenant": self.tenant_id, "attachment": attachment_id},
        )
        return bool(gone.rowcount)

    async def postpone(self, attachment_id: str, next_at: datetime) -> None:
        """The fetch is tried again then."""
        await self.unit.execute(
            "UPDATE media_fetches SET next_at = :next, claimed_until = '-infinity'"
            " WHERE tenant_id = :tenant AND attachment_id = :attachment",
            {"tenant": self.tenant_id, "attachment": attachment_id, "next": next_at},
        )


async def add_media_fetches(unit: Unit, fetches: Sequence[MediaFetch]) -> None:
    """Asks for contents; what is asked for already stays as it is."""
    rows = [{name: getattr(fetch, name) for name in FETCH_COLUMNS} for fetch in fetches]
    await unit.fetch(_ADD, json.dumps(rows, default=_text))


async def claim_media_fetches(unit: Unit, now: datetime, claim_seconds: int, room: Room) -> list[MediaFetch]:
    """Due fetches of any tenant; another worker does not get them until the claim runs out."""
    busy, running = list(room.running), list(room.running.values())
    rows = await unit.fetch(_CLAIM, now, claim_seconds, room.total, room.each, busy, running)
    return [MediaFetch(**dict(row)) for row in rows]


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
