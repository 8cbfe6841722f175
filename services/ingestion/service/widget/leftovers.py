"""Pictures that no message ever held, and what is left of those that one did: noted as they come, thrown away."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from libs.clock.clock import Clock
from libs.db.database import Database
from libs.observe.metrics import Counter
from libs.rpc.errors import UnavailableError
from libs.storage.store import MediaStore
from services.ingestion.repository.widget_uploads import (
    WidgetUploadRepository,
    due_widget_uploads,
    forget_widget_uploads,
)

# Until a message must have named a picture.
UNATTACHED = timedelta(hours=24)
_PATIENCE = 2.0
# In one transaction, and in one run: the rest waits for the next one.
_AT_ONCE, _MOST = 100, 5000

_cleared = Counter("frontdesk_widget_uploads_cleared_total", "Uploaded pictures that were thrown away in the end.")


class Leftovers:
    """The desk's own book of what visitors and mails brought. attached_days: how long what a message names is kept
    here; delivery moves it to the message at once, and a replay may want it for as long as the ledger has the event."""

    def __init__(self, database: Database, store: MediaStore, clock: Clock, attached_days: int) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._attached = timedelta(days=attached_days)

    async def note(self, tenant_id: UUID, key: str) -> None:
        """A picture is about to be stored there. UnavailableError: then it must not be."""
        await self._write(tenant_id, [key], None)

    async def attach(self, tenant_id: UUID, keys: Sequence[str]) -> bool:
        """A message names these; False when one is gone. UnavailableError."""
        return not keys or await self._write(tenant_id, keys, self._clock.now() + self._attached)

    async def clear(self) -> None:
        """Throws away what is due. Every replica does; none waits for another."""
        for _ in range(_MOST // _AT_ONCE):
            async with self._database.system_unit() as unit:
                keys = await due_widget_uploads(unit, self._clock.now(), _AT_ONCE)
                await self._store.delete(keys)
                await forget_widget_uploads(unit, keys)
            _cleared.inc(len(keys))
            if len(keys) < _AT_ONCE:
                return

    async def _write(self, tenant_id: UUID, keys: Sequence[str], attached_until: datetime | None) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE), self._database.unit([tenant_id]) as unit:
                repository = WidgetUploadRepository(unit, tenant_id)
                if attached_until is not None:
                    return await repository.attach(keys, attached_until)
                await repository.add(keys[0], self._clock.now() + UNATTACHED)
                return True
        except Exception as error:
            # Whatever keeps the database from answering: what is not noted would lie there for ever.
            raise UnavailableError("Pictures cannot be kept right now. Try again.") from error
