"""What facts about sessions and teammates change at once: remembered principals, and open sockets."""

from uuid import UUID

from services.gateway.service.hub import Hub
from services.gateway.service.principals import Principals
from services.gateway.service.subscriber import RECHECK, UNAUTHORIZED


class Live:
    """Called by the feed, and by the endpoints that make such changes: those need not wait for their event."""

    def __init__(self, hub: Hub, principals: Principals) -> None:
        self._hub = hub
        self._principals = principals

    def teammate_changed(self, tenant_id: UUID, teammate_id: UUID) -> None:
        """Role, state or name: sockets show nothing more until they know what they may show now."""
        self._principals.forget_teammate(tenant_id, teammate_id)
        for subscriber in self._hub.subscribers(tenant_id):
            if subscriber.teammate_id == teammate_id:
                subscriber.demand(RECHECK)

    def session_revoked(self, session_id: str) -> None:
        """Its sockets close."""
        self._principals.forget_session(session_id)
        for subscriber in self._hub.subscribers():
            if subscriber.session_id == session_id:
                subscriber.end(*UNAUTHORIZED)

    def anything_changed(self) -> None:
        """Facts were missed."""
        self._principals.forget_all()
        for subscriber in self._hub.subscribers():
            subscriber.demand(RECHECK)
