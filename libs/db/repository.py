"""The base of every repository: SQL bound to one tenant."""

from uuid import UUID

from libs.db.unit import Unit


class CrossTenantError(RuntimeError):
    """A repository was asked to work for a tenant that its transaction is not bound to: a mistake in the code."""


class Repository:
    """Every statement of a subclass names self.tenant_id; row-level security is the second lock, not the first."""

    def __init__(self, unit: Unit, tenant_id: UUID) -> None:
        if tenant_id not in unit.tenants:
            raise CrossTenantError(f"unit is not bound to tenant {tenant_id}")
        self.unit = unit
        self.tenant_id = tenant_id
