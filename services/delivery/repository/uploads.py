"""SQL of uploads."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.delivery.domain.media import UPLOAD_COLUMNS, Upload
from services.delivery.models import Room

_COLUMNS = ", ".join(UPLOAD_COLUMNS)
_ADD = f"""
    INSERT INTO uploads ({_COLUMNS}, next_at)
    VALUES ({", ".join(f":{name}" for name in UPLOAD_COLUMNS)}, :created_at)"""
# What changes once all bytes are here.
_DONE = (
    *("state", "failure_code", "kind", "content_type", "ready_bytes", "width", "height", "duration_ms"),
    *("storage_key", "thumbnail_key"),
)
_FINISH = f"""
    UPDATE uploads SET {", ".join(f"{name} = :{name}" for name in _DONE)}, parts = '{{}}'
    WHERE tenant_id = :tenant_id AND upload_id = :upload_id AND state = 'converting'"""
_APPEND = """
    UPDATE uploads SET offset_bytes = offset_bytes + :size, parts = array_append(parts, CAST(:part AS text)),
        state = CASE WHEN offset_bytes + :size = size_bytes THEN 'converting' ELSE state END, next_at = :now
    WHERE tenant_id = :tenant AND upload_id = :upload AND state = 'uploading' AND offset_bytes = :offset"""


class UploadRepository(Repository):
    """One tenant's uploads."""

    async def add(self, upload: Upload) -> None:
        """Announces one."""
        await self.unit.execute(_ADD, dataclasses.asdict(upload))

    async def unfinished(self, teammate_id: UUID) -> int:
        """How many a teammate has begun and not finished."""
        return int(
            await self.unit.scalar(
                "SELECT count(*) FROM uploads"
                " WHERE tenant_id = :tenant AND teammate_id = :teammate AND state = 'uploading'",
                {"tenant": self.tenant_id, "teammate": teammate_id},
            )
        )

    async def get(self, upload_id: UUID) -> Upload | None:
        """One upload."""
        row = await self.unit.one_or_none(
            f"SELECT {_COLUMNS} FROM uploads WHERE tenant_id = :tenant AND upload_id = :upload",
            {"tenant": self.tenant_id, "upload": upload_id},
        )
        return Upload(**dict(row)) if row else None

    async def lock_old(self, upload_id: UUID, before: datetime) -> tuple[Upload, bool] | None:
        """One upload that nobody wanted since then, locked, and whether a message holds its file; None when it is gone,
        wanted again, or locked by another."""
        row = await self.unit.one_or_none(
            f"SELECT {_COLUMNS}, kept FROM uploads WHERE tenant_id = :tenant AND upload_id = :upload"
            " AND wanted_at < :before FOR UPDATE SKIP LOCKED",
            {"tenant": self.tenant_id, "upload": upload_id, "before": before},
        )
        return (Upload(**{name: row[name] for name in UPLOAD_COLUMNS}), row["kept"]) if row else None

    async def append(self, upload_id: UUID, offset: int, part: str, size: int, now: datetime) -> bool:
        """Notes a piece, if it is the next one; the last one puts the upload into the queue of conversions."""
        values = {"tenant": self.tenant_id, "upload": upload_id, "offset": offset, "size": size, "now": now}
        return bool((await self.unit.execute(_APPEND, {**values, "part": part})).rowcount)

    async def finish(self, upload: Upload) -> bool:
        """Notes what became of it; False when it is not waiting any more."""
        return bool((await self.unit.execute(_FINISH, dataclasses.asdict(upload))).rowcount)

    async def postpone(self, upload_id: UUID, next_at: datetime) -> None:
        """It is tried again then."""
        await self.unit.execute(
            "UPDATE uploads SET next_at = :next, claimed_until = '-infinity'"
            " WHERE tenant_id = :tenant AND upload_id = :upload",
            {"tenant": self.tenant_id, "upload": upload_id, "next": next_at},
        )

    async def want(self, upload_id: UUID, now: datetime) -> None:
        """A message is going to hold the file: as long as it took to come here, it stays for that."""
        await self.unit.execute(
            "UPDATE uploads SET wanted_at = :now WHERE tenant_id = :tenant AND upload_id = :upload AND state = 'ready'",
            {"tenant": self.tenant_id, "upload": upload_id, "now": now},
        )

    async def remove(self, upload_id: UUID) -> None:
        """Forgets one."""
        await self.unit.execute(
            "DELETE FROM uploads WHERE tenant_id = :tenant AND upload_id = :upload",
            {"tenant": self.tenant_id, "upload": upload_id},
        )


async def hold_uploads(unit: Unit, uploads: Sequence[tuple[UUID, UUID]]) -> None:
    """Messages hold the files of these uploads (tenant and id) from now on."""
    await unit.fetch(
        "UPDATE uploads u SET kept = true FROM unnest($1::uuid[], $2::uuid[]) AS q (tenant_id, upload_id)"
        " WHERE (u.tenant_id, u.upload_id) = (q.tenant_id, q.upload_id) AND u.upload_id = ANY ($2)",
        [tenant_id for tenant_id, _ in uploads],
        [upload_id for _, upload_id in uploads],
    )


async def claim_uploads(unit: Unit, now: datetime, claim_seconds: int, room: Room) -> list[Upload]:
    """Uploads of any tenant whose bytes are all here."""
    busy, running = list(room.running), list(room.running.values())
    sql = f"SELECT {_COLUMNS} FROM claim_uploads($1, $2, $3, $4, $5, $6)"
    rows = await unit.fetch(sql, now, claim_seconds, room.total, room.each, busy, running)
    return [Upload(**dict(row)) for row in rows]


async def old_uploads(unit: Unit, older_than: datetime, most: int) -> list[tuple[UUID, UUID]]:
    """Tenants and ids of uploads that were begun before, the oldest first."""
    rows = await unit.fetch("SELECT tenant_id, upload_id FROM old_uploads($1, $2)", older_than, most)
    return [(row["tenant_id"], row["upload_id"]) for row in rows]
