"""The live stream: who gets what, and what happens to those who were away."""

import asyncio
import json
from uuid import UUID, uuid4

import pytest
from websockets.exceptions import InvalidStatus

from frontdesk.conversations.v1 import conversations_pb2 as conversations_pb
from frontdesk.conversations.v1 import events_pb2
from frontdesk.delivery.v1 import events_pb2 as delivery_events
from frontdesk.tenants.v1 import events_pb2 as tenants_events
from libs.rpc.errors import UnavailableError
from tests.services.gateway.alone import Alone
from tests.services.gateway.conftest import MakeAlone
from tests.services.gateway.fakes import give_role
from tests.support.wait import eventually


@pytest.fixture(autouse=True)
def own_tenant(request: pytest.FixtureRequest) -> None:
    """Tests share a gateway, not a tenant."""
    if "alone" in request.fixturenames:
        request.getfixturevalue("alone").tenant_id = uuid4()


async def test_an_event_reaches_every_socket_of_its_tenant_and_no_other(alone: Alone) -> None:
    ours = [alone.sessions.add(alone.tenant_id, role) for role in ("admin", "cs_agent")]
    other_tenant = uuid4()
    theirs = alone.sessions.add(other_tenant, "admin")
    async with (
        alone.listening(ours[0]) as first,
        alone.listening(ours[1]) as second,
        alone.listening(theirs) as foreign,
    ):
        stored = alone.stored("hello")
        sequence = await alone.publish(stored)
        for listener in (first, second):
            frame = await listener.next("message.created")
            assert frame["data"]["message"]["id"] == stored.message.id
            assert frame["data"]["conversation"]["id"] == stored.conversation.id
            assert frame["cursor"].endswith(f"-{sequence}")
        await alone.publish(alone.stored("theirs", other_tenant), other_tenant)
        assert await foreign.texts(1) == ["theirs"]


async def test_every_kind_of_fact_has_its_type(alone: Alone) -> None:
    who = alone.sessions.add(alone.tenant_id, "admin")
    stored, tenant = alone.stored(), str(alone.tenant_id)
    facts = {
        "message.updated": events_pb2.MessageChanged(message=stored.message, conversation=stored.conversation),
        "conversation.updated": events_pb2.ConversationChanged(conversation=stored.conversation),
        "channel_account.updated": tenants_events.ChannelAccountChanged(
            tenant_id=tenant, account_id="a", state="active"
        ),
        "teammate.updated": tenants_events.TeammateChanged(tenant_id=tenant, teammate_id=str(uuid4()), version=3),
    }
    async with alone.listening(who) as listener:
        for kind, fact in facts.items():
            await alone.publish(fact)
            assert (await listener.next())["type"] == kind
        parked = delivery_events.AccountStateChanged(tenant_id=tenant, account_id="a", state="reconnect")
        await alone.publish(parked)
        frame = await listener.next("channel_account.updated")
        assert frame["data"] == {"id": "a", "state": "reconnect"}


async def test_facts_between_services_stay_between_them(alone: Alone) -> None:
    who = alone.sessions.add(alone.tenant_id, "admin")
    async with alone.listening(who) as listener:
        await alone.publish(events_pb2.DeliveryRequested(tenant_id=str(alone.tenant_id), reply_token="secret"))
        await alone.publish(alone.stored("after"))
        assert await listener.texts(1) == ["after"]


async def test_a_fact_under_another_tenants_subject_is_shown_to_nobody(alone: Alone) -> None:
    who = alone.sessions.add(alone.tenant_id, "admin")
    async with alone.listening(who) as listener:
        await alone.publish(alone.stored("wrong", uuid4()))
        await alone.publish(alone.stored("right"))
        assert await listener.texts(1) == ["right"]


async def test_what_cannot_be_read_stops_nobody(alone: Alone) -> None:
    who = alone.sessions.add(alone.tenant_id, "admin")
    broken = alone.stored("unknown status")
    broken.conversation.status = conversations_pb.STATUS_UNSPECIFIED
    async with alone.listening(who) as listener:
        await alone.publish(broken)
        await alone.publish(alone.stored("after"))
        assert await listener.texts(1) == ["after"]


@pytest.mark.promise(6)
async def test_who_comes_back_gets_what_was_missed_once_and_in_order(alone: Alone) -> None:
    who = alone.sessions.add(alone.tenant_id, "admin")
    async with alone.listening(who) as listener:
        await alone.publish(alone.stored("seen"))
        assert await listener.texts(1) == ["seen"]
        cursor = listener.cursor
    missed = [f"missed {number}" for number in range(150)]
    for text in missed:
        await alone.publish(alone.stored(text))
    async with alone.listening(who, cursor) as listener:
        assert listener.hello["cursor"] == cursor
        assert await listener.texts(len(missed)) == missed
        await alone.publish(alone.stored("live"))
        assert await listener.texts(1) == ["live"]


@pytest.mark.promise(6)
@pytest.mark.parametrize("cursor", ["0-0", "ffffffff-3", "nonsense", "%00", "-", "9" * 40])
async def test_a_cursor_of_another_life_is_told_to_reload(alone: Alone, cursor: str) -> None:
    who = alone.sessions.add(alone.tenant_id, "admin")
    async with alone.listening(who, cursor) as listener:
        reload = await listener.next("reload")
        await alone.publish(alone.stored("after"))
        assert await listener.texts(1) == ["after"]
    async with alone.listening(who, reload["cursor"]) as listener:
        assert await listener.texts(1) == ["after"]


@pytest.mark.promise(6)
async def test_a_cursor_that_left_the_ring_is_told_to_reload(make_alone: MakeAlone) -> None:
    alone = await make_alone(ring_events="20")
    who = alone.sessions.add(alone.tenant_id, "admin")
    async with alone.listening(who) as listener:
        early = listener.hello["cursor"]
        for number in range(30):
            await alone.publish(alone.stored(f"{number}"))
        texts = await listener.texts(30)
        late = listener.cursor
    assert texts == [f"{number}" for number in range(30)]
    async with alone.listening(who, early) as listener:
        await listener.next("reload")
    async with alone.listening(who, late) as listener:
        await alone.publish(alone.stored("next"))
        assert await listener.texts(1) == ["next"]


@pytest.mark.promise(6)
async def test_a_cursor_of_a_stopped_replica_resumes_at_the_next(make_alone: MakeAlone) -> None:
    alone = await make_alone()
    who = alone.sessions.add(alone.tenant_id, "admin")
    async with alone.listening(who) as listener:
        cursor = listener.hello["cursor"]
        await alone.gateway.stop()
        assert await listener.closed() == 1012
    await alone.publish(alone.stored("while away"))
    await alone.start_gateway()
    async with alone.listening(who, cursor) as listener:
        assert await listener.texts(1) == ["while away"]


@pytest.mark.promise(6)
async def test_a_lists_cursor_is_older_than_the_list(alone: Alone) -> None:
    """What is published while the list is being read comes on the stream that the list's cursor opens."""
    who = alone.sessions.add(alone.tenant_id, "admin")
    published: list[asyncio.Task[int]] = []

    def publish_meanwhile() -> conversations_pb.ListConversationsResponse:
        published.append(asyncio.create_task(alone.publish(alone.stored("meanwhile"))))
        return conversations_pb.ListConversationsResponse()

    alone.conversations.on_list = publish_meanwhile
    async with alone.client(who) as client:
        cursor = (await client.get("/api/v1/conversations")).json()["cursor"]
    await published[0]
    async with alone.listening(who, cursor) as listener:
        assert await listener.texts(1) == ["meanwhile"]


@pytest.mark.promise(5)
async def test_salespeople_get_only_their_customers_events(alone: Alone) -> None:
    sales = alone.sessions.add(alone.tenant_id, "salesperson")
    me = sales.teammate.id
    async with alone.listening(sales) as listener:
        await alone.publish(alone.stored("nobody's"))
        await alone.publish(alone.stored("mine", salesperson_id=me))
        await alone.publish(alone.stored("a colleague's", salesperson_id=str(uuid4())))
        await alone.publish(alone.stored("mine, by a bot", salesperson_id=me, handler=conversations_pb.HANDLER_BOT))
        await alone.publish(alone.stored("mine again", salesperson_id=me))
        assert await listener.texts(2) == ["mine", "mine again"]


@pytest.mark.promise(5)
async def test_a_conversation_taken_away_is_not_replayed(alone: Alone) -> None:
    sales = alone.sessions.add(alone.tenant_id, "salesperson")
    me = sales.teammate.id
    async with alone.listening(sales) as listener:
        cursor = listener.hello["cursor"]
        stored = alone.stored("then mine", salesperson_id=me)
        await alone.publish(stored)
        assert await listener.texts(1) == ["then mine"]
        stored.conversation.salesperson_id = str(uuid4())
        await alone.publish(events_pb2.ConversationChanged(conversation=stored.conversation))
        await alone.publish(alone.stored("still mine", salesperson_id=me))
        assert await listener.texts(1) == ["still mine"]
    async with alone.listening(sales, cursor) as listener:
        assert await listener.texts(1) == ["still mine"]


@pytest.mark.promise(5)
async def test_a_role_taken_away_counts_for_the_very_next_event(alone: Alone) -> None:
    principal = alone.sessions.add(alone.tenant_id, "cs_agent")
    changed = tenants_events.TeammateChanged(
        tenant_id=str(alone.tenant_id), teammate_id=principal.teammate.id, version=2
    )
    async with alone.listening(principal) as listener:
        await alone.publish(alone.stored("all of it"))
        assert await listener.texts(1) == ["all of it"]
        give_role(principal, "salesperson")
        await alone.publish(changed)
        await alone.publish(alone.stored("not any more"))
        await alone.publish(alone.stored("only mine", salesperson_id=principal.teammate.id))
        assert (await listener.next())["type"] == "teammate.updated"
        assert await listener.texts(1) == ["only mine"]
        give_role(principal, "cs_agent")
        await alone.publish(changed)
        await alone.publish(alone.stored("all again"))
        assert (await listener.next())["type"] == "teammate.updated"
        assert await listener.texts(1) == ["all again"]


async def test_nothing_is_shown_while_nobody_can_tell_who_may_see_it(alone: Alone) -> None:
    principal = alone.sessions.add(alone.tenant_id, "admin")
    changed = tenants_events.TeammateChanged(
        tenant_id=str(alone.tenant_id), teammate_id=principal.teammate.id, version=2
    )
    async with alone.listening(principal) as listener:
        alone.sessions.error = UnavailableError("away")
        asked = alone.sessions.asked
        await alone.publish(changed)
        await alone.publish(alone.stored("waits"))
        await eventually(lambda: alone.sessions.asked >= asked + 2)
        alone.sessions.error = None
        assert (await listener.next())["type"] == "teammate.updated"
        assert await listener.texts(1) == ["waits"]


async def test_a_revoked_session_closes_at_once(alone: Alone) -> None:
    principal = alone.sessions.add(alone.tenant_id, "admin")
    other = alone.sessions.add(alone.tenant_id, "admin", UUID(principal.teammate.id))
    async with alone.listening(principal) as listener, alone.listening(other) as same_person:
        del alone.sessions.principals[principal.session_id]
        await alone.publish(
            tenants_events.SessionRevoked(tenant_id=str(alone.tenant_id), session_id=principal.session_id)
        )
        assert await listener.closed() == 4401
        await alone.publish(alone.stored("still here"))
        assert await same_person.texts(1) == ["still here"]
    async with alone.client(principal) as client:
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_disabled_teammate_is_cut_off(alone: Alone) -> None:
    principal = alone.sessions.add(alone.tenant_id, "admin")
    async with alone.listening(principal) as listener:
        del alone.sessions.principals[principal.session_id]
        await alone.publish(
            tenants_events.TeammateChanged(tenant_id=str(alone.tenant_id), teammate_id=principal.teammate.id, version=9)
        )
        await alone.publish(alone.stored("not for you"))
        assert await listener.closed() == 4401


async def test_a_socket_ends_with_its_token_unless_it_is_renewed(alone: Alone) -> None:
    principal = alone.sessions.add(alone.tenant_id, "admin")
    try:
        async with alone.listening(principal) as lazy, alone.listening(principal) as renewing:
            alone.set_clock(590)
            await renewing.socket.send(json.dumps({"type": "token", "access_token": alone.token(principal)}))
            alone.set_clock(620)
            assert await lazy.closed() == 4401
            await alone.publish(alone.stored("goes on"))
            assert await renewing.texts(1) == ["goes on"]
    finally:
        alone.set_clock(0)


@pytest.mark.parametrize("case", ["garbage", "other session", "not json", "flood"])
async def test_what_clients_send_is_not_believed(alone: Alone, case: str) -> None:
    principal, other = (alone.sessions.add(alone.tenant_id, "admin") for _ in range(2))
    said = {"garbage": "x.y.z", "other session": alone.token(other)}.get(case)
    async with alone.listening(principal) as listener:
        if said is not None:
            await listener.socket.send(json.dumps({"type": "token", "access_token": said}))
            assert await listener.closed() == 4401
        elif case == "not json":
            for text in ("{", "[1]", '"\\ud800"', "[" * 5000, b"\x00\xff"):
                await listener.socket.send(text)
            await alone.publish(alone.stored("unmoved"))
            assert await listener.texts(1) == ["unmoved"]
        else:
            for _ in range(50):
                await listener.socket.send("{}")
            assert await listener.closed() == 4429


async def test_browsers_give_the_token_as_a_subprotocol(alone: Alone) -> None:
    principal = alone.sessions.add(alone.tenant_id, "admin")
    protocols = ["frontdesk", f"bearer.{alone.token(principal)}"]
    async with alone.socket(subprotocols=protocols) as socket:
        assert socket.subprotocol == "frontdesk"
        assert json.loads(await socket.recv())["type"] == "hello"


async def test_without_a_token_there_is_no_handshake(alone: Alone) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with alone.socket():
            pass
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body or b"")["code"] == "unauthenticated"


@pytest.mark.parametrize("token", ["expired", "foreign", "garbage"])
async def test_a_token_that_is_over_closes_with_a_code_browsers_see(alone: Alone, token: str) -> None:
    principal = alone.sessions.add(alone.tenant_id, "admin")
    tokens = {
        "expired": alone.token(principal, -1),
        "foreign": alone.issuer("gateway").issue("conversations", alone.tenant_id),
        "garbage": "a.b.c",
    }
    async with alone.socket(additional_headers={"Authorization": f"Bearer {tokens[token]}"}) as socket:
        await socket.wait_closed()
        assert socket.close_code == 4401


async def test_a_teammate_opens_only_so_many(make_alone: MakeAlone) -> None:
    alone = await make_alone(sockets_per_teammate="2")
    principal = alone.sessions.add(alone.tenant_id, "admin")
    headers = {"Authorization": f"Bearer {alone.token(principal)}"}
    async with alone.listening(principal), alone.listening(principal) as second:
        async with alone.socket(additional_headers=headers) as third:
            await third.wait_closed()
            assert third.close_code == 4429
        await second.socket.close()
        await eventually(lambda: len(alone.gateway.desk.hub.subscribers()) == 1)
        async with alone.listening(principal):
            pass


async def test_pings_carry_the_cursor_on(make_alone: MakeAlone) -> None:
    """A client that may see nothing for hours still comes back to a cursor the ring has."""
    alone = await make_alone(socket_ping_seconds="0.2")
    sales = alone.sessions.add(alone.tenant_id, "salesperson")
    async with alone.listening(sales) as listener:
        sequence = await alone.publish(alone.stored("invisible"))
        ping = await listener.next("ping")
        while not ping["cursor"].endswith(f"-{sequence}"):
            ping = await listener.next("ping")


async def test_clients_of_a_stopping_gateway_are_sent_elsewhere(make_alone: MakeAlone) -> None:
    alone = await make_alone()
    async with alone.listening(alone.sessions.add(alone.tenant_id, "admin")) as listener:
        await alone.gateway.stop()
        assert await listener.closed() == 1012
