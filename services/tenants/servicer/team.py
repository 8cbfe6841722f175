"""The gRPC edge of the team."""

from typing import Any
from uuid import UUID

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.rpc.ids import uuid_of
from services.tenants.domain.errors import TeammateNotFoundError
from services.tenants.service.audit_log import AuditLog
from services.tenants.service.team import Changes, Team
from services.tenants.servicer import messages
from services.tenants.servicer.actor import current_actor


class TeamServicer(tenants_pb2_grpc.TeamServiceServicer):
    """See TeamService in tenants.proto."""

    def __init__(self, team: Team, audit_log: AuditLog) -> None:
        self._team = team
        self._audit_log = audit_log

    async def ListTeammates(self, request: pb.ListTeammatesRequest, context: Any) -> pb.ListTeammatesResponse:
        """Rule 106."""
        tenant_id = current_actor().tenant_id
        page, total = await self._team.page(tenant_id, request.query, request.page_size, request.page_token)
        return pb.ListTeammatesResponse(
            teammates=map(messages.teammate, page.rows), next_page_token=page.next_token, total=total
        )

    async def InviteTeammate(self, request: pb.InviteTeammateRequest, context: Any) -> pb.InviteTeammateResponse:
        """email_taken, role_above_own, too_many_attempts."""
        role = messages.role_name(request.role)
        invited = await self._team.invite(current_actor(), request.email, request.name, role, request.language)
        return pb.InviteTeammateResponse(teammate=messages.teammate(invited))

    async def UpdateTeammate(self, request: pb.UpdateTeammateRequest, context: Any) -> pb.UpdateTeammateResponse:
        """teammate_not_found, role_above_own, last_admin."""
        changes = Changes(
            name=request.name if request.HasField("name") else None,
            phone=request.phone if request.HasField("phone") else None,
            role=messages.role_name(request.role) if request.HasField("role") else None,
        )
        changed = await self._team.update(current_actor(), _id(request.teammate_id), changes)
        return pb.UpdateTeammateResponse(teammate=messages.teammate(changed))

    async def DisableTeammate(self, request: pb.DisableTeammateRequest, context: Any) -> pb.DisableTeammateResponse:
        """admins_only, last_admin."""
        changed = await self._team.disable(current_actor(), _id(request.teammate_id))
        return pb.DisableTeammateResponse(teammate=messages.teammate(changed))

    async def EnableTeammate(self, request: pb.EnableTeammateRequest, context: Any) -> pb.EnableTeammateResponse:
        """admins_only."""
        changed = await self._team.enable(current_actor(), _id(request.teammate_id))
        return pb.EnableTeammateResponse(teammate=messages.teammate(changed))

    async def ListAuditEntries(self, request: pb.ListAuditEntriesRequest, context: Any) -> pb.ListAuditEntriesResponse:
        """Newest first."""
        page = await self._audit_log.page(current_actor(), request.page_size, request.page_token)
        return pb.ListAuditEntriesResponse(
            entries=map(messages.audit_entry, page.rows), next_page_token=page.next_token
        )


def _id(text: str) -> UUID:
    return uuid_of(text, TeammateNotFoundError())
