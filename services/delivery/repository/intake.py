"""SQL of the way in: many requests of many tenants in a few statements. The unit is bound to the tenants of the batch;
every row names its own. Rows are taken in one order everywhere, so that two batches never wait for each other."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from libs.db.unit import Unit
from services.delivery.models import ATTEMPT_COLUMNS, FETCH_COLUMNS, Attempt, Lane, ProfileFetch

_LANE_COLUMNS = ("tenant_id", "account_id", "contact_id")
_A = ", ".join(ATTEMPT_COLUMNS)
_ENSURE_ACCOUNTS = """
    INSERT INTO account_queues (tenant_id, account_id)
    SELECT DISTINCT tenant_id, account_id FROM json_populate_recordset(NULL::account_queues, $1)
    ORDER BY tenant_id, account_id
    ON CONFLICT DO NOTHING"""
_ADD_ATTEMPTS = f"""
    INSERT INTO attempts ({_A})
    SELECT {_A} FROM json_populate_recordset(NULL::attempts, $1) ORDER BY tenant_id, message_id, attempt
    ON CONFLICT DO NOTHING RETURNING tenant_id, account_id, contact_id"""
# A lane that is there keeps its time: what it waits for, the newcomer waits for, too. It is locked all the same, so
# that its worker cannot find it empty and delete it before the attempt can be seen.
_OPEN_LANES = """
    INSERT INTO lanes (tenant_id, account_id, contact_id, next_at)
    SELECT tenant_id, account_id, contact_id, $2::timestamptz FROM json_populate_recordset(NULL::lanes, $1)
    ORDER BY tenant_id, account_id, contact_id
    ON CONFLICT (tenant_id, account_id, contact_id) DO UPDATE SET next_at = lanes.next_at"""
_ADD_FETCHES = """
    INSERT INTO profile_fetches (tenant_id, contact_id, account_id, channel, alias_kind, alias, next_at)
    SELECT DISTINCT ON (tenant_id, contact_id) tenant_id, contact_id, account_id, channel, alias_kind, alias,
        $2::timestamptz
    FROM json_populate_recordset(NULL::profile_fetches, $1) ORDER BY tenant_id, contact_id
    ON CONFLICT (tenant_id, contact_id) DO UPDATE SET account_id = EXCLUDED.account_id,
        alias_kind = EXCLUDED.alias_kind, alias = EXCLUDED.alias, next_at = EXCLUDED.next_at, tries = 0"""


class IntakeRepository:
    """What fills the queues."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add_attempts(self, attempts: Sequence[Attempt], now: datetime) -> bool:
        """Queues attempts, and opens their lanes; False when all were queued before."""
        rows = _json(attempts, ATTEMPT_COLUMNS)
        await self._unit.fetch(_ENSURE_ACCOUNTS, rows)
        added = await self._unit.fetch(_ADD_ATTEMPTS, rows)
        lanes = {Lane(row["tenant_id"], row["account_id"], row["contact_id"], 0) for row in added}
        if lanes:
            await self._unit.fetch(_OPEN_LANES, _json(lanes, _LANE_COLUMNS), now)
        return bool(lanes)

    async def add_fetches(self, fetches: Sequence[ProfileFetch], now: datetime) -> None:
        """Asks for profiles; one that is asked for already is asked for anew."""
        await self._unit.fetch(_ADD_FETCHES, _json(fetches, FETCH_COLUMNS), now)


def _json(rows: Iterable[object], columns: Sequence[str]) -> str:
    return json.dumps([{name: getattr(row, name) for name in columns} for row in rows], default=_value)


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no column takes {type(value)}")
