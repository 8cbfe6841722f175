"""Reading the audit log; writing it is record.py's."""

from libs.db.pages import decode_token, encode_token, page_size
from services.tenants.domain import roles
from services.tenants.models import AuditEntry
from services.tenants.repository.audit import AuditRepository
from services.tenants.service.base import Actor, UseCases, load_actor
from services.tenants.service.pages import Page, place_id


class AuditLog(UseCases):
    """Every administrative act of a tenant."""

    async def page(self, actor: Actor, size: int, token: str) -> Page[AuditEntry]:
        """Newest first."""
        limit, key = page_size(size), decode_token(token, (str,))
        before = place_id(key[0]) if key else None
        async with self.database.unit([actor.tenant_id]) as unit:
            roles.require(await load_actor(unit, actor), "manage_settings")
            found = await AuditRepository(unit, actor.tenant_id).page(before, limit + 1)
            return Page.of(found, limit, lambda last: encode_token(str(last.id)))
