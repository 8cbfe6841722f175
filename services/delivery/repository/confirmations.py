"""SQL of attempts whose answer was lost and of which the platform tells later."""

from datetime import datetime
from uuid import UUID

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.delivery.models import ATTEMPT_COLUMNS, Attempt

_A = ", ".join(ATTEMPT_COLUMNS)
_FIND = f"""
    SELECT {_A} FROM attempts WHERE tenant_id = $1 AND message_id = $2 AND attempt = $3 AND account_id = $4
    FOR NO KEY UPDATE"""
_END = """
    UPDATE attempts SET state = $4, provider_message_id = $5, failure_code = $6, failure_detail = $7, finished_at = $8,
        confirm_by = NULL
    WHERE tenant_id = $1 AND message_id = $2 AND attempt = $3"""
_OVERDUE = f"""
    SELECT {_A} FROM attempts WHERE tenant_id = $1 AND confirm_by <= $2 ORDER BY confirm_by, message_id
    LIMIT $3 OFFSET $4 FOR NO KEY UPDATE SKIP LOCKED"""


class ConfirmationRepository(Repository):
    """One tenant's attempts, as the platform's word ends them."""

    async def find(self, message_id: UUID, attempt: int, account_id: str) -> Attempt | None:
        """An attempt of this account, locked."""
        rows = await self.unit.fetch(_FIND, self.tenant_id, message_id, attempt, account_id)
        return Attempt(**dict(rows[0])) if rows else None

    async def overdue(self, now: datetime, most: int, skip: int = 0) -> list[Attempt]:
        """Attempts whose time to be confirmed is over, locked; without the first of them."""
        return [Attempt(**dict(row)) for row in await self.unit.fetch(_OVERDUE, self.tenant_id, now, most, skip)]

    async def end(self, attempt: Attempt) -> None:
        """How a locked attempt ended."""
        await self.unit.fetch(
            _END,
            self.tenant_id,
            attempt.message_id,
            attempt.attempt,
            attempt.state,
            attempt.provider_message_id,
            attempt.failure_code,
            attempt.failure_detail,
            attempt.finished_at,
        )


async def overdue_tenants(unit: Unit, now: datetime) -> list[UUID]:
    """Tenants that have such attempts."""
    return [row[0] for row in await unit.fetch("SELECT overdue_tenants($1)", now)]
