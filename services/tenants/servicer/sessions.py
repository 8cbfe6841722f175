"""The gRPC edge of signing in and staying signed in."""

from typing import Any

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.clock.stamps import timestamp
from libs.rpc.ids import uuid_of
from services.tenants.domain.errors import SessionEndedError
from services.tenants.service.invitations import Invitations
from services.tenants.service.password_resets import PasswordResets
from services.tenants.service.sessions import Sessions
from services.tenants.service.sign_in import SignIn
from services.tenants.servicer import messages
from services.tenants.servicer.actor import current_actor


class SessionsServicer(tenants_pb2_grpc.SessionsServiceServicer):
    """See SessionsService in tenants.proto."""

    def __init__(self, sign_in: SignIn, sessions: Sessions, resets: PasswordResets, invitations: Invitations) -> None:
        self._sign_in = sign_in
        self._sessions = sessions
        self._resets = resets
        self._invitations = invitations

    async def CreateSession(self, request: pb.CreateSessionRequest, context: Any) -> pb.CreateSessionResponse:
        """wrong_credentials, too_many_attempts."""
        grant = await self._sign_in.create(request.email, request.password, request.client_ip, request.user_agent)
        return pb.CreateSessionResponse(
            principal=messages.principal(grant.principal),
            refresh_token=grant.refresh_token,
            refresh_expires_at=timestamp(grant.refresh_expires_at),
        )

    async def RefreshSession(self, request: pb.RefreshSessionRequest, context: Any) -> pb.RefreshSessionResponse:
        """session_ended."""
        grant = await self._sessions.refresh(request.refresh_token)
        return pb.RefreshSessionResponse(
            principal=messages.principal(grant.principal),
            refresh_token=grant.refresh_token,
            refresh_expires_at=timestamp(grant.refresh_expires_at),
        )

    async def RevokeSession(self, request: pb.RevokeSessionRequest, context: Any) -> pb.RevokeSessionResponse:
        """Own sessions only; ending one that is over already is fine."""
        session_id = uuid_of(request.session_id, SessionEndedError())
        await self._sessions.revoke(current_actor(), session_id)
        return pb.RevokeSessionResponse()

    async def GetPrincipal(self, request: pb.GetPrincipalRequest, context: Any) -> pb.GetPrincipalResponse:
        """session_ended."""
        tenant_id = uuid_of(request.tenant_id, SessionEndedError())
        session_id = uuid_of(request.session_id, SessionEndedError())
        found = await self._sessions.principal(tenant_id, session_id, request.generation)
        return pb.GetPrincipalResponse(principal=messages.principal(found))

    async def RequestPasswordReset(
        self, request: pb.RequestPasswordResetRequest, context: Any
    ) -> pb.RequestPasswordResetResponse:
        """too_many_attempts; the same for known and unknown addresses."""
        await self._resets.request(request.email, request.client_ip, request.language)
        return pb.RequestPasswordResetResponse()

    async def ResetPassword(self, request: pb.ResetPasswordRequest, context: Any) -> pb.ResetPasswordResponse:
        """link_spent."""
        await self._resets.complete(request.token, request.password)
        return pb.ResetPasswordResponse()

    async def GetInvitation(self, request: pb.GetInvitationRequest, context: Any) -> pb.GetInvitationResponse:
        """invitation_not_found."""
        found = await self._invitations.get(request.token)
        return pb.GetInvitationResponse(email=found.email, name=found.name, tenant_name=found.tenant_name)

    async def AcceptInvitation(self, request: pb.AcceptInvitationRequest, context: Any) -> pb.AcceptInvitationResponse:
        """invitation_not_found."""
        await self._invitations.accept(request.token, request.name, request.password)
        return pb.AcceptInvitationResponse()
