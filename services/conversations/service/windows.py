"""What reply windows need to know of accounts, for a batch of conversations."""

from collections.abc import Iterable
from datetime import datetime

from libs.db.unit import Unit
from services.conversations.domain.window import Windows, rule_of
from services.conversations.models import Conversation
from services.conversations.repository.batch import BatchRepository


async def windows_for(unit: Unit, rows: Iterable[Conversation], now: datetime) -> Windows:
    """The windows of these conversations at this moment. Nothing is asked where no approval matters."""
    asked = {
        (row.tenant_id, row.account_id)
        for row in rows
        if (rule := rule_of(row.channel)) is not None and rule.human_agent_hours
    }
    approved = await BatchRepository(unit).approved(sorted(asked))
    return Windows(now, frozenset((str(tenant_id), account_id) for tenant_id, account_id in approved))
