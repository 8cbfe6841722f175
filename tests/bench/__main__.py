"""`make bench`: figures beside floors measured in the same run. Names of sections as arguments run only those."""

import sys
from uuid import UUID

import asyncpg
import uvloop

from tests.bench.accepting import webhooks
from tests.bench.beside import beside
from tests.bench.footprint import footprint
from tests.bench.inbox import inbox
from tests.bench.latency import latency
from tests.bench.rows import Row, write
from tests.bench.storing import prepare_floor, storing
from tests.support.processes import process_stack

_SECTIONS = ("latency", "webhooks", "storing", "inbox", "beside", "footprint")


async def main(wanted: list[str], rows: list[Row]) -> None:
    """Adds every figure of the sections wanted."""
    if wanted != ["footprint"]:
        await _desk(wanted, rows)
    if "footprint" in wanted:
        rows += await footprint()


async def _demo_tenant(url: str) -> UUID:
    admin = await asyncpg.connect(url)
    tenant: UUID = await admin.fetchval("SELECT tenant_id FROM tenants.tenants WHERE slug = 'demo'")
    await admin.close()
    return tenant


async def _desk(wanted: list[str], rows: list[Row]) -> None:
    async with process_stack() as stack:
        nats_url = stack.environment("ingestion")["FRONTDESK_NATS_URL"]
        tenant = await _demo_tenant(stack.postgres.url)
        await prepare_floor(stack, nats_url)
        if "latency" in wanted:
            rows += await latency(stack, nats_url, tenant)
        if "webhooks" in wanted:
            rows += await webhooks(stack, nats_url)
        if "storing" in wanted:
            rows += await storing(stack, nats_url, tenant)
        if "inbox" in wanted:
            rows += await inbox(stack)
        if "beside" in wanted:
            # Leaves platforms in trouble.
            rows += await beside(stack)


if __name__ == "__main__":
    found: list[Row] = []
    try:
        uvloop.run(main(sys.argv[1:] or list(_SECTIONS), found))
    finally:
        write(found)
    sys.exit(0 if all(row.holds for row in found) else 1)
