"""SQL of upkeep, outside any tenant."""

from datetime import date, datetime

from libs.db.unit import Unit


class UpkeepRepository:
    """What is done now and then."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def ensure_message_partitions(self, first_month: date, months: int) -> None:
        """Partitions of these months, where they are missing."""
        await self._unit.execute(
            "SELECT ensure_message_partitions(:first, :months)", {"first": first_month, "months": months}
        )

    async def forget_idempotency_keys(self, older_than: datetime) -> None:
        """Deletes keys no client repeats any more."""
        await self._unit.execute("SELECT forget_idempotency_keys(:older)", {"older": older_than})

    async def forget_pending_changes(self, older_than: datetime) -> None:
        """Deletes edits and unsends whose message will not come any more."""
        await self._unit.execute("SELECT forget_pending_changes(:older)", {"older": older_than})
