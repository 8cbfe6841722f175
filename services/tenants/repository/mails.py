"""Mails still to be sent: a system table, for some are asked for before a tenant is known."""

from datetime import datetime
from uuid import UUID

from libs.db.unit import Unit
from services.tenants.models import Mail, columns, values

_COLUMNS = columns(Mail)
MAILS_WAITING = "SELECT count(*) AS waiting, min(created_at) AS oldest_at FROM mails"


class MailQueue:
    """Rows go once the mail is on its way; what is claimed comes back by itself if its sender dies."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, mail: Mail) -> None:
        """Queues a mail to be sent at once."""
        await self._unit.execute(
            f"""INSERT INTO mails ({_COLUMNS}, next_attempt_at)
                VALUES (:id, :kind, :language, :email_key, :tenant_id, :teammate_id, :attempts, :created_at,
                        :created_at)""",
            values(mail),
        )

    async def claim(self, now: datetime, until: datetime, limit: int) -> list[Mail]:
        """Mails that are due, taken off the others' hands until then; each claim counts as an attempt."""
        rows = await self._unit.rows(
            f"""UPDATE mails SET attempts = attempts + 1, next_attempt_at = :until
                WHERE id IN (SELECT id FROM mails WHERE next_attempt_at <= :now
                             ORDER BY next_attempt_at LIMIT :limit FOR UPDATE SKIP LOCKED)
                RETURNING {_COLUMNS}""",
            {"now": now, "until": until, "limit": limit},
        )
        return [Mail(**row) for row in rows]

    async def postpone(self, mail_id: UUID, until: datetime) -> None:
        """Tries again then."""
        await self._unit.execute(
            "UPDATE mails SET next_attempt_at = :until WHERE id = :id", {"id": mail_id, "until": until}
        )

    async def remove(self, mail_id: UUID) -> None:
        """It is sent, or never will be."""
        await self._unit.execute("DELETE FROM mails WHERE id = :id", {"id": mail_id})

    async def forget(self, before: datetime) -> None:
        """Those that nobody has sent since then: without a mail server nothing else takes them out."""
        await self._unit.execute("DELETE FROM mails WHERE created_at < :before", {"before": before})
