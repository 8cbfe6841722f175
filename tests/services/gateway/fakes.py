"""Stand-ins for the services behind the gateway, behind the real RPC server: each answers what a test tells it to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from frontdesk.conversations.v1 import conversations_pb2 as conversations_pb
from frontdesk.conversations.v1 import conversations_pb2_grpc
from frontdesk.delivery.v1 import delivery_pb2 as delivery_pb
from frontdesk.delivery.v1 import delivery_pb2_grpc
from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.rpc.errors import FrontdeskError, UnauthenticatedError


class FakeSessions(tenants_pb2_grpc.SessionsServiceServicer):
    """Who is signed in, by session id."""

    def __init__(self) -> None:
        self.principals: dict[str, pb.Principal] = {}
        self.asked = 0
        self.error: FrontdeskError | None = None

    def add(self, tenant_id: UUID, role: str, teammate_id: UUID | None = None) -> pb.Principal:
        """A teammate with a live session."""
        principal = pb.Principal(
            session_id=str(uuid4()),
            teammate=pb.Teammate(
                id=str(teammate_id or uuid4()),
                tenant_id=str(tenant_id),
                email=f"{role}@demo.test",
                state=pb.TEAMMATE_STATE_ACTIVE,
            ),
            tenant=pb.Tenant(id=str(tenant_id), slug="demo"),
            generation=1,
        )
        give_role(principal, role)
        self.principals[principal.session_id] = principal
        return principal

    async def GetPrincipal(self, request: pb.GetPrincipalRequest, _context: Any) -> pb.GetPrincipalResponse:
        """The session's principal."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        principal = self.principals.get(request.session_id)
        if principal is None:
            raise UnauthenticatedError("The session has ended.")
        return pb.GetPrincipalResponse(principal=principal)

    async def RefreshSession(self, _request: pb.RefreshSessionRequest, _context: Any) -> pb.RefreshSessionResponse:
        """No token is any good."""
        raise UnauthenticatedError("Sign in.")


def give_role(principal: pb.Principal, role: str) -> None:
    """Changes the role, and with it the permissions and the version."""
    principal.teammate.MergeFrom(pb.Teammate(role=f"ROLE_{role.upper()}"))
    principal.teammate.version += 1
    del principal.permissions[:]
    principal.permissions.extend(sorted(ROLE_PERMISSIONS[role]))


class FakeConversations(conversations_pb2_grpc.ConversationsServiceServicer):
    """Calls on_list when asked for the inbox."""

    def __init__(self) -> None:
        self.on_list: Callable[[], conversations_pb.ListConversationsResponse] = (
            conversations_pb.ListConversationsResponse
        )

    async def ListConversations(self, _request: Any, _context: Any) -> conversations_pb.ListConversationsResponse:
        """The inbox."""
        return self.on_list()


class FakeDelivery(delivery_pb2_grpc.DeliveryServiceServicer):
    """Has no queues."""

    async def ListAccountQueues(self, _request: Any, _context: Any) -> delivery_pb.ListAccountQueuesResponse:
        """None."""
        return delivery_pb.ListAccountQueuesResponse()
