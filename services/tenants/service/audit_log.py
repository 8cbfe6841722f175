"""Reading the audit log; writing it is record.py's."""

from libs.db.pages import Page, decode_id, encode_token, page_size
from services.tenants.domain import roles
from services.tenants.models import AuditEntry
from services.tenants.repository.audit import AuditRepository
from services.tenants.service.base import Actor, UseCases, load_actor


class AuditLog(UseCases):
    """Every administrative act of a tenant."""

    async def page(self, actor: Actor, size: int, token: str) -> Page[AuditEntry]:
        """Newest first."""
        limit, before = page_size(size), decode_id(token)
        async with self.database.unit([actor.tenant_id]) as unit:
            roles.require(await load_actor(unit, actor), "manage_settings")
            found = await AuditRepository(unit, actor.tenant_id).page(before, limit + 1)
            return Page.of(found, limit, lambda last: encode_token(str(last.id)))
