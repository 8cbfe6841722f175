"""Administrative acts."""

from datetime import datetime

from pydantic import Field

from frontdesk.tenants.v1 import tenants_pb2 as pb
from services.gateway.domain.present.common import Model, Page, moment


class AuditEntry(Model):
    """One act."""

    id: str
    occurred_at: datetime
    actor_id: str | None = Field(description="The teammate; null for the operator of the installation.")
    action: str = Field(examples=["teammate.invited"])
    target: str
    fields: dict[str, str]


class AuditPage(Page):
    """Newest first."""

    entries: list[AuditEntry]


def audit_page(message: pb.ListAuditEntriesResponse) -> AuditPage:
    """One page of the audit log."""
    entries = [
        AuditEntry(
            id=entry.id,
            occurred_at=moment(entry.occurred_at),
            actor_id=entry.actor_id or None,
            action=entry.action,
            target=entry.target,
            fields=dict(entry.fields),
        )
        for entry in message.entries
    ]
    return AuditPage(entries=entries, next_page_token=message.next_page_token or None)
