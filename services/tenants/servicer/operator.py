"""The gRPC edge of the command line."""

from typing import Any
from uuid import UUID

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.rpc.errors import NotFoundError
from libs.rpc.ids import uuid_of
from services.tenants.service.channel_accounts import NewAccount
from services.tenants.service.operator import Operator
from services.tenants.service.reencryption import Reencryption
from services.tenants.servicer import messages


class OperatorServicer(tenants_pb2_grpc.OperatorServiceServicer):
    """See OperatorService in tenants.proto."""

    def __init__(self, operator: Operator, reencryption: Reencryption) -> None:
        self._operator = operator
        self._reencryption = reencryption

    async def EnsureTenant(self, request: pb.EnsureTenantRequest, context: Any) -> pb.EnsureTenantResponse:
        """Made, or as it is."""
        tenant = await self._operator.ensure_tenant(request.slug, request.name, request.region, request.plan)
        return pb.EnsureTenantResponse(tenant=messages.tenant(tenant))

    async def EnsureTeammate(self, request: pb.EnsureTeammateRequest, context: Any) -> pb.EnsureTeammateResponse:
        """email_taken when the address signs in at another tenant."""
        teammate = await self._operator.ensure_teammate(
            _tenant(request.tenant_id), request.email, request.name, messages.role_name(request.role), request.password
        )
        return pb.EnsureTeammateResponse(teammate=messages.teammate(teammate))

    async def EnsureChannelAccount(
        self, request: pb.EnsureChannelAccountRequest, context: Any
    ) -> pb.EnsureChannelAccountResponse:
        """channel_account_connected, channel_account_id_taken."""
        new = NewAccount(request.channel, request.name, request.provider_id, request.credentials)
        account = await self._operator.ensure_account(_tenant(request.tenant_id), request.account_id, new)
        return pb.EnsureChannelAccountResponse(account=messages.channel_account(account))

    async def ReencryptCredentials(
        self, request: pb.ReencryptCredentialsRequest, context: Any
    ) -> pb.ReencryptCredentialsResponse:
        """credential_key_missing."""
        return pb.ReencryptCredentialsResponse(accounts=await self._reencryption.run())


def _tenant(text: str) -> UUID:
    return uuid_of(text, NotFoundError("There is no such tenant."))
