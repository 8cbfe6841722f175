"""Who a session is right now: asked of tenants, remembered for seconds, forgotten at once when an event says so."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.auth.tokens import TeammateClaims, TokenIssuer
from libs.rpc.client import Metadata, on_behalf
from services.gateway.domain.present.people import ROLE_NAMES
from services.gateway.service.access import Access
from services.gateway.service.backends import Backend

REMEMBERED_SECONDS = 30.0
_MOST = 20_000

Key = tuple[UUID, str, int]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A teammate with a live session. principal: as tenants describes it, to be shown; claims: to act with."""

    access: Access
    principal: pb.Principal
    claims: TeammateClaims

    @property
    def tenant_id(self) -> UUID:
        """The teammate's tenant."""
        return self.access.tenant_id


class Principals:
    """One answer of tenants serves every request and socket of a session for up to 30 seconds."""

    def __init__(self, tenants: Backend, issuer: TokenIssuer, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._tenants = tenants
        self._issuer = issuer
        self._monotonic = monotonic
        self._known: dict[Key, tuple[float, SignedIn]] = {}
        self._asking: dict[Key, asyncio.Task[SignedIn]] = {}

    async def get(self, access: Access) -> SignedIn:
        """Who the session is. UnauthenticatedError when it ended, UnavailableError when nobody can tell."""
        key = (access.tenant_id, access.session_id, access.generation)
        known = self._known.get(key)
        if known is not None and known[0] > self._monotonic():
            return known[1]
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(key, access))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._asked(key, done))
        # A request that is given up must not take the answer from those who wait with it.
        return await asyncio.shield(task)

    def metadata(self, who: SignedIn, audience: str) -> Metadata:
        """What makes a call to a service one of this teammate."""
        return on_behalf(self._issuer, audience, who.tenant_id, who.claims)

    def forget_teammate(self, tenant_id: UUID, teammate_id: UUID) -> None:
        """The teammate's role or state changed."""
        self._forget(
            [key for key, (_, who) in self._known.items() if key[0] == tenant_id and who.claims.id == teammate_id]
        )
        # Who is being asked about is not known yet: an answer under way may be from before the change.
        self._abandon([key for key in self._asking if key[0] == tenant_id])

    def forget_session(self, session_id: str) -> None:
        """The session ended."""
        self._forget([key for key in self._known if key[1] == session_id])
        self._abandon([key for key in self._asking if key[1] == session_id])

    def forget_all(self) -> None:
        """Events were missed: anything may have changed."""
        self._known.clear()
        self._abandon(list(self._asking))

    async def _ask(self, key: Key, access: Access) -> SignedIn:
        request = pb.GetPrincipalRequest(
            tenant_id=str(access.tenant_id), session_id=access.session_id, generation=access.generation
        )
        me = asyncio.current_task()
        answer = await self._tenants.stub(tenants_pb2_grpc.SessionsServiceStub).GetPrincipal(request)
        who = SignedIn(access, answer.principal, claims_of(answer.principal))
        if self._asking.get(key) is me:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = (self._monotonic() + REMEMBERED_SECONDS, who)
        return who

    def _asked(self, key: Key, task: asyncio.Task[SignedIn]) -> None:
        if self._asking.get(key) is task:
            del self._asking[key]
        if not task.cancelled():
            task.exception()

    def _forget(self, keys: list[Key]) -> None:
        for key in keys:
            del self._known[key]

    def _abandon(self, keys: list[Key]) -> None:
        """Lets the answer serve those who asked before the change, and nobody after."""
        for key in keys:
            del self._asking[key]


def claims_of(principal: pb.Principal) -> TeammateClaims:
    """What calls to other services say of the teammate."""
    return TeammateClaims(
        id=UUID(principal.teammate.id),
        role=ROLE_NAMES[principal.teammate.role],
        permissions=frozenset(principal.permissions),
        version=principal.teammate.version,
        store_ids=tuple(principal.store_ids),
    )
