"""Small parts by themselves: cursors, rings, addresses, principals."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.auth.identity import Identity
from libs.auth.tokens import TokenIssuer
from libs.auth.visibility import Visibility
from libs.clock.clock import SystemClock
from libs.edge.clients import Clients, neighbourhood
from libs.rpc.errors import UnauthenticatedError
from services.gateway.domain.cursor import Cursor
from services.gateway.domain.ring import Bindings, Entry, Ring
from services.gateway.service.access import Access
from services.gateway.service.hub import Hub, HubLimits
from services.gateway.service.principals import Principals
from services.gateway.settings import GatewaySettings
from tests.support.wait import eventually

EVERYTHING = Visibility(everything=True, chatbot=True, salesperson_id="", store_ids=())
SUE = Visibility(everything=False, chatbot=False, salesperson_id="sue", store_ids=())


def entry(sequence: int, size: int = 10, conversation: str = "", salesperson: str = "") -> Entry:
    bindings = Bindings(salesperson, "", bot=False) if conversation else None
    return Entry(sequence, lambda: f"frame {sequence}", size, conversation_id=conversation, bindings=bindings)


@pytest.mark.parametrize("text", ["1a2b-7", "0-0", "deadbeef-999999999999999999"])
def test_a_cursor_reads_what_it_writes(text: str) -> None:
    assert str(Cursor.parse(text)) == text


@pytest.mark.parametrize("text", ["", "-", "a-", "-1", "a-1-", "A-1", "a--1", "a-1\n", "a-" + "9" * 19, "a-٣"])
def test_what_is_no_cursor_is_none(text: str) -> None:
    assert Cursor.parse(text) is None


def test_a_ring_gives_what_follows() -> None:
    ring = Ring(5, 100, 10_000)
    for sequence in (7, 9, 12):
        ring.append(entry(sequence))
    assert [one.sequence for one in ring.after(5, 10)] == [7, 9, 12]
    assert [one.sequence for one in ring.after(7, 10)] == [9, 12]
    assert [one.sequence for one in ring.after(8, 1)] == [9]
    assert ring.after(12, 10) == []
    assert ring.after(50, 10) == []


def test_a_ring_forgets_the_oldest_and_says_so() -> None:
    ring = Ring(0, 10, 10_000)
    for sequence in range(1, 31):
        ring.append(entry(sequence))
        assert len(ring) <= 10
        assert ring.floor + len(ring) == sequence
        assert ring.size == 10 * len(ring)


def test_a_ring_is_bounded_in_bytes_and_keeps_the_newest() -> None:
    ring = Ring(0, 1000, 100)
    for sequence in range(1, 50):
        ring.append(entry(sequence, size=30))
        assert ring.size <= 100
    ring.append(entry(50, size=5_000))
    assert [one.sequence for one in ring.after(0, 10)] == [50]


@pytest.mark.promise(5)
def test_the_newest_binding_decides_over_older_events() -> None:
    ring = Ring(0, 10, 10_000)
    old, new = entry(1, conversation="c", salesperson="sue"), entry(2, conversation="c", salesperson="tom")
    ring.append(old)
    assert ring.shows(old, SUE)
    ring.append(new)
    assert not ring.shows(old, SUE)
    assert ring.shows(old, EVERYTHING)
    assert ring.shows(entry(3), SUE)


def test_all_rings_together_are_bounded_and_the_quiet_go_first() -> None:
    hub = Hub(HubLimits(ring_events=100, ring_bytes=1000, per_teammate=1, per_tenant=1))
    hub.restart("e", 0, 0)
    tenants = [uuid4() for _ in range(12)]
    for sequence, tenant in enumerate(tenants, 1):
        hub.publish(tenant, "x", entry(sequence, size=100))
    hub.publish(tenants[2], "x", entry(13, size=10))
    start = Cursor("e", 0)
    assert [hub.can_resume(tenant, start) for tenant in tenants] == [False, False, True, False] + [True] * 8
    assert hub.can_resume(tenants[0], Cursor("e", 1))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "1.1.1.1", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "1.1.1.1, 10.0.0.2", "1.1.1.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, ", "1.1.1.1"),
        ("10.0.0.1", "1.1.1.1, unknown, 10.0.0.2", "10.0.0.2"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_only_known_proxies_are_believed(peer: str, forwarded: str, address: str) -> None:
    settings = GatewaySettings.model_validate({"trusted_proxies": "10.0.0.0/8, fd00::/8"})
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert Clients(settings.trusted_proxies).address({"client": (peer, 1), "headers": headers}) == address


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.244.1.7", "203.0.113.9", "203.0.113.9"),
        ("192.168.3.4", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        # A client of the shop's own network is a client, whatever it wrote.
        ("10.244.1.7", "6.6.6.6, 10.9.8.7", "10.9.8.7"),
        # A balancer in front, which is named.
        ("10.244.1.7", "6.6.6.6, 203.0.113.9, 198.51.100.3", "203.0.113.9"),
        ("10.244.1.7", "", "10.244.1.7"),
        ("10.244.1.7", "<script>", "10.244.1.7"),
    ],
)
def test_whoever_hands_a_request_over_is_believed_for_its_own_hop(peer: str, forwarded: str, address: str) -> None:
    settings = GatewaySettings.model_validate({"trusted_proxies": "peer, 198.51.100.0/24"})
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    clients = Clients(settings.trusted_proxies)
    scope = {"client": (peer, 1), "scheme": "http", "headers": [*headers, (b"x-forwarded-proto", b"https")]}
    assert (clients.address(scope), clients.scheme(scope)) == (address, "https")


def test_proxies_that_add_a_line_of_their_own_are_believed_before_the_clients() -> None:
    settings = GatewaySettings.model_validate({"trusted_proxies": "10.0.0.0/8"})
    headers = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"203.0.113.9, 10.1.1.1")]
    assert Clients(settings.trusted_proxies).address({"client": ("10.0.0.1", 1), "headers": headers}) == "203.0.113.9"


def test_one_ipv6_client_is_one_however_many_addresses_it_has() -> None:
    assert neighbourhood("203.0.113.9") == "203.0.113.9"
    assert neighbourhood("2001:db8:1:2::3") == neighbourhood("2001:db8:1:2:ffff::9") != neighbourhood("2001:db8:1:3::3")


class Tenants:
    """Answers slowly, and counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.role = pb.ROLE_ADMIN

    def stub(self, _kind: type) -> Any:
        return self

    async def GetPrincipal(self, _request: pb.GetPrincipalRequest) -> pb.GetPrincipalResponse:
        self.asked += 1
        teammate = pb.Teammate(id=str(UUID(int=1)), role=self.role)
        await self.hold.wait()
        if self.role == pb.ROLE_UNSPECIFIED:
            raise UnauthenticatedError("over")
        return pb.GetPrincipalResponse(principal=pb.Principal(teammate=teammate))


ACCESS = Access(UUID(int=7), UUID(int=1), "session", 1, 0.0)


@pytest.fixture
def now() -> list[float]:
    """Monotonic seconds, to be moved."""
    return [0.0]


@pytest.fixture
def tenants() -> Tenants:
    """The service."""
    return Tenants()


@pytest.fixture
def principals(tenants: Tenants, now: list[float]) -> Principals:
    """What is under test."""
    issuer = TokenIssuer(Identity.generate("gateway"), SystemClock())
    backend: Any = tenants
    return Principals(backend, issuer, lambda: now[0])


async def test_a_principal_is_asked_for_once_in_thirty_seconds(
    principals: Principals, tenants: Tenants, now: list[float]
) -> None:
    tenants.hold.clear()
    asking = asyncio.gather(*(principals.get(ACCESS) for _ in range(10)))
    await asyncio.sleep(0)
    tenants.hold.set()
    assert {who.claims.role for who in await asking} == {"admin"}
    now[0] = 29.9
    await principals.get(ACCESS)
    assert tenants.asked == 1
    now[0] = 30.1
    await principals.get(ACCESS)
    assert tenants.asked == 2


@pytest.mark.parametrize("forget", ["teammate", "session", "all"])
async def test_what_was_forgotten_is_asked_for_again(principals: Principals, tenants: Tenants, forget: str) -> None:
    assert (await principals.get(ACCESS)).claims.role == "admin"
    tenants.role = pb.ROLE_SALESPERSON
    _forget(principals, forget)
    assert (await principals.get(ACCESS)).claims.role == "salesperson"


@pytest.mark.parametrize("forget", ["teammate", "session", "all"])
async def test_an_answer_from_before_the_change_is_not_kept(
    principals: Principals, tenants: Tenants, forget: str
) -> None:
    tenants.hold.clear()
    early = asyncio.create_task(principals.get(ACCESS))
    await eventually(lambda: tenants.asked)
    tenants.role = pb.ROLE_SALESPERSON
    _forget(principals, forget)
    late = asyncio.create_task(principals.get(ACCESS))
    await asyncio.sleep(0)
    tenants.hold.set()
    assert (await late).claims.role == "salesperson"
    assert (await early).claims.role == "admin"
    assert (await principals.get(ACCESS)).claims.role == "salesperson"


async def test_a_request_given_up_does_not_take_the_answer_from_others(
    principals: Principals, tenants: Tenants
) -> None:
    tenants.hold.clear()
    first, second = (asyncio.create_task(principals.get(ACCESS)) for _ in range(2))
    await eventually(lambda: tenants.asked)
    first.cancel()
    tenants.hold.set()
    assert (await second).claims.role == "admin"


async def test_an_ended_session_is_not_remembered(principals: Principals, tenants: Tenants) -> None:
    tenants.role = pb.ROLE_UNSPECIFIED
    for _ in range(2):
        with pytest.raises(UnauthenticatedError):
            await principals.get(ACCESS)
    assert tenants.asked == 2


def _forget(principals: Principals, what: str) -> None:
    if what == "teammate":
        principals.forget_teammate(ACCESS.tenant_id, ACCESS.teammate_id)
    elif what == "session":
        principals.forget_session(ACCESS.session_id)
    else:
        principals.forget_all()
