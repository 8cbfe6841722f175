"""For whom a call is made."""

from libs.rpc.context import current_teammate
from services.tenants.service.base import Actor


def current_actor() -> Actor:
    """The teammate of the verified token; UnauthenticatedError when there is none."""
    tenant_id, claims = current_teammate()
    return Actor(tenant_id, claims.id)
