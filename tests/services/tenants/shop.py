"""A tenant of a test's own, and calls in the name of its people."""

import itertools
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc as stubs
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.rpc.client import Metadata, on_behalf
from libs.rpc.errors import FrontdeskError
from tests.services.tenants.mailbox import Mailbox
from tests.services.tenants.platforms import FakeDelivery
from tests.support.stack import Stack

PASSWORD = "correct horse"
LINE = {"channel_secret": "line-secret-value", "access_token": "line-token-value"}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """A teammate and what the gateway would put into a token for them."""

    id: UUID
    tenant_id: UUID
    email: str
    role: str


class Calls:
    """The service's stubs, as the gateway, the operator and delivery see them."""

    def __init__(self, stack: Stack, mailbox: Mailbox, platforms: FakeDelivery) -> None:
        self.stack = stack
        self.mailbox = mailbox
        self.platforms = platforms
        gateway, operator = stack.channel("tenants"), stack.channel("tenants", "operator")
        self.sessions = stubs.SessionsServiceStub(gateway)
        self.team = stubs.TeamServiceStub(gateway)
        self.accounts = stubs.ChannelAccountsServiceStub(gateway)
        self.operator = stubs.OperatorServiceStub(operator)
        self.delivery = stubs.ChannelAccountsServiceStub(stack.channel("tenants", "delivery"))
        self._issuer = stack.issuer()

    def as_(self, person: Person, role: str = "") -> Metadata:
        """Metadata of a call for this person; role: as an older token may claim."""
        claimed = role or person.role
        claims = TeammateClaims(person.id, claimed, ROLE_PERMISSIONS[claimed], 1)
        return on_behalf(self._issuer, "tenants", person.tenant_id, claims)

    async def shop(self) -> "Shop":
        """A new tenant with one admin."""
        slug = f"shop-{next(_numbers)}-{secrets.token_hex(3)}"
        made = await self.operator.EnsureTenant(pb.EnsureTenantRequest(slug=slug, name=f"Shop {slug}", region="tw"))
        shop = Shop(self, UUID(made.tenant.id), slug)
        shop.admin = await shop.add("admin")
        return shop

    async def sign_in(self, email: str, password: str = PASSWORD, ip: str = "") -> pb.CreateSessionResponse:
        """A session, from an address of its own unless one is given."""
        origin = ip or f"2001:db8:{next(_numbers):x}::1"
        request = pb.CreateSessionRequest(email=email, password=password, client_ip=origin, user_agent="test")
        answer: pb.CreateSessionResponse = await self.sessions.CreateSession(request)
        return answer

    async def refresh(self, token: str) -> pb.RefreshSessionResponse:
        """The next refresh token."""
        answer: pb.RefreshSessionResponse = await self.sessions.RefreshSession(
            pb.RefreshSessionRequest(refresh_token=token)
        )
        return answer

    async def principal(self, session: pb.Principal, generation: int | None = None) -> pb.Principal:
        """As the gateway asks for each access token; generation: of another access token of the session."""
        seen = session.generation if generation is None else generation
        answer = await self.sessions.GetPrincipal(
            pb.GetPrincipalRequest(tenant_id=session.tenant.id, session_id=session.session_id, generation=seen)
        )
        found: pb.Principal = answer.principal
        return found


class Shop:
    """One tenant."""

    admin: Person

    def __init__(self, calls: Calls, tenant_id: UUID, slug: str) -> None:
        self.calls = calls
        self.id = tenant_id
        self.slug = slug

    async def add(self, role: str, name: str = "") -> Person:
        """An active teammate with the usual password."""
        email = f"{role.replace('_', '-')}-{next(_numbers)}@{self.slug}.test"
        request = pb.EnsureTeammateRequest(
            tenant_id=str(self.id), email=email, name=name or f"The {role}", role=proto_role(role), password=PASSWORD
        )
        made = await self.calls.operator.EnsureTeammate(request)
        return Person(UUID(made.teammate.id), self.id, email, role)

    async def connect(self, provider_id: str = "", by: Person | None = None) -> pb.ChannelAccount:
        """A LINE account, connected as a teammate does it."""
        request = pb.CreateChannelAccountRequest(
            channel="line", name="Our LINE", provider_id=provider_id or new_provider_id(), credentials=LINE
        )
        made = await self.calls.accounts.CreateChannelAccount(request, metadata=self.calls.as_(by or self.admin))
        account: pb.ChannelAccount = made.account
        return account

    async def audit(self) -> list[pb.AuditEntry]:
        """The newest entries of the audit log."""
        answer = await self.calls.team.ListAuditEntries(
            pb.ListAuditEntriesRequest(page_size=100), metadata=self.calls.as_(self.admin)
        )
        return list(answer.entries)

    async def find(self, person: Person) -> pb.Teammate:
        """The teammate as the list shows them."""
        answer = await self.calls.team.ListTeammates(
            pb.ListTeammatesRequest(page_size=100), metadata=self.calls.as_(self.admin)
        )
        found: pb.Teammate = next(teammate for teammate in answer.teammates if teammate.id == str(person.id))
        return found


def proto_role(role: str) -> pb.Role:
    """A role's number."""
    value: pb.Role = getattr(pb, f"ROLE_{role.upper()}")
    return value


def new_provider_id() -> str:
    """What LINE would call another bot."""
    return "U" + secrets.token_hex(16)


def link_token(text: str) -> str:
    """The token of the link in a mail."""
    found = re.search(r"token=([A-Za-z0-9_-]+)", text)
    assert found, text
    return found.group(1)


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[FrontdeskError]]:
    """The call inside is refused with this code."""
    with pytest.raises(FrontdeskError) as error:
        yield error
    assert error.value.code == code, error.value
