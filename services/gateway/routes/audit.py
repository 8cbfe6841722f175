"""The audit log."""

from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.audit import AuditPage, audit_page
from services.gateway.routes.dependencies import PageSize, PageToken, SignedInDep, noun_router, operation

router = noun_router("audit")


@router.get("/audit-entries", **operation("frontdesk.tenants.v1.TeamService/ListAuditEntries"))
async def list_audit_entries(acting: SignedInDep, page_size: PageSize = 0, page_token: PageToken = "") -> AuditPage:
    """Every administrative act, newest first."""
    request = pb.ListAuditEntriesRequest(page_size=page_size, page_token=page_token)
    return audit_page(await acting.team.ListAuditEntries(request))
