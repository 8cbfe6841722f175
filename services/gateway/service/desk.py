"""Everything the endpoints work with."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from frontdesk.conversations.v1 import conversations_pb2_grpc
from frontdesk.delivery.v1 import delivery_pb2_grpc, uploads_pb2_grpc
from frontdesk.ingestion.v1 import deletions_pb2_grpc, ingestion_pb2_grpc
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.clock.clock import Clock
from libs.edge.limits import Limiter
from libs.rpc.client import Metadata
from libs.storage.addresses import MediaAddresses
from services.gateway.service.access import AccessTokens
from services.gateway.service.backends import Backend
from services.gateway.service.hub import Hub
from services.gateway.service.live import Live
from services.gateway.service.principals import Principals, SignedIn
from services.gateway.settings import GatewaySettings


@dataclass(frozen=True)
class Desk:
    """Made once by app.py."""

    settings: GatewaySettings
    clock: Clock
    tokens: AccessTokens
    principals: Principals
    hub: Hub
    live: Live
    limiter: Limiter
    media: MediaAddresses
    tenants: Backend
    conversations: Backend
    delivery: Backend
    ingestion: Backend

    @property
    def sessions(self) -> Any:
        """The SessionsService, for calls before there is a teammate."""
        return self.tenants.stub(tenants_pb2_grpc.SessionsServiceStub)

    @property
    def connections(self) -> Any:
        """Tenants' ConnectionsService, for a browser that comes back from a platform's dialog."""
        return self.tenants.stub(tenants_pb2_grpc.ConnectionsServiceStub)

    def acting(self, who: SignedIn) -> "Acting":
        """The services, as this teammate may use them."""
        return Acting(self, who)


class Acting:
    """Stubs whose calls are made for one teammate: `await acting.conversations.GetConversation(request)`."""

    def __init__(self, desk: Desk, who: SignedIn) -> None:
        self.desk = desk
        self.who = who

    @property
    def sessions(self) -> Any:
        """SessionsService"""
        return self._stub(self.desk.tenants, tenants_pb2_grpc.SessionsServiceStub)

    @property
    def team(self) -> Any:
        """TeamService"""
        return self._stub(self.desk.tenants, tenants_pb2_grpc.TeamServiceStub)

    @property
    def accounts(self) -> Any:
        """ChannelAccountsService"""
        return self._stub(self.desk.tenants, tenants_pb2_grpc.ChannelAccountsServiceStub)

    @property
    def connections(self) -> Any:
        """Tenants' ConnectionsService"""
        return self._stub(self.desk.tenants, tenants_pb2_grpc.ConnectionsServiceStub)

    @property
    def ledger(self) -> Any:
        """AccountLedgerService"""
        return self._stub(self.desk.ingestion, ingestion_pb2_grpc.AccountLedgerServiceStub)

    @property
    def deletions(self) -> Any:
        """AccountDataDeletionService"""
        return self._stub(self.desk.ingestion, deletions_pb2_grpc.AccountDataDeletionServiceStub)

    @property
    def conversations(self) -> Any:
        """ConversationsService"""
        return self._stub(self.desk.conversations, conversations_pb2_grpc.ConversationsServiceStub)

    @property
    def delivery(self) -> Any:
        """DeliveryService"""
        return self._stub(self.desk.delivery, delivery_pb2_grpc.DeliveryServiceStub)

    @property
    def uploads(self) -> Any:
        """UploadsService"""
        return self._stub(self.desk.delivery, uploads_pb2_grpc.UploadsServiceStub)

    def _stub(self, backend: Backend, kind: type) -> "_ActingStub":
        return _ActingStub(backend.stub(kind), self.desk.principals.metadata(self.who, backend.name))


class _ActingStub:
    def __init__(self, stub: Any, metadata: Metadata) -> None:
        self._stub = stub
        self._metadata = metadata

    def __getattr__(self, rpc: str) -> Any:
        return partial(getattr(self._stub, rpc), metadata=self._metadata)
