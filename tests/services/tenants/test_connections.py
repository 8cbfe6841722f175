"""Accounts connected by Meta's dialog: one session opens it, the same browser comes back from it, once."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from frontdesk.delivery.v1 import connections_pb2
from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc as stubs
from tests.services.tenants.conftest import PUBLIC_URL
from tests.services.tenants.shop import Calls, Person, Shop, new_provider_id, refused
from tests.services.tenants.test_connecting import connect
from tests.support.measured import measured

SECRET = "a-page-token-nobody-sees"


class Dialog:
    """One opening of the dialog, by one person in one browser."""

    def __init__(self, shop: Shop, by: Person | None = None, channel: str = "facebook") -> None:
        self.calls: Calls = shop.calls
        self.person = by or shop.admin
        self.session_id = str(uuid4())
        self.channel = channel
        self.stub = stubs.ConnectionsServiceStub(shop.calls.stack.channel("tenants"))
        self.opened = pb.StartConnectionResponse()

    async def open(self) -> "Dialog":
        """Begins."""
        request = pb.StartConnectionRequest(channel=self.channel, for_session=self.session_id)
        self.opened = await self.stub.StartConnection(request, metadata=self.calls.as_(self.person))
        return self

    @property
    def query(self) -> dict[str, str]:
        """What the dialog is asked."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.opened.authorize_url).query).items()}

    async def come_back(self, code: str = "", **changes: str) -> str:
        """The browser, sent back by the platform; changes: what differs from how it should be."""
        fields = {"state": self.query["state"], "browser_key": self.opened.browser_key, "code": code, **changes}
        return str((await self.stub.FinishConnection(pb.FinishConnectionRequest(**fields))).id)

    async def look(self, by: Person | None = None, session_id: str = "") -> pb.Connection:
        """The connection as its session sees it."""
        request = pb.GetConnectionRequest(id=self.opened.id, session_id=session_id or self.session_id)
        answer = await self.stub.GetConnection(request, metadata=self.calls.as_(by or self.person))
        connection: pb.Connection = answer.connection
        return connection

    async def choose(self, *provider_ids: str) -> list[pb.ConnectedAccount]:
        """Connects."""
        request = pb.ConnectFoundRequest(id=self.opened.id, session_id=self.session_id, provider_ids=provider_ids)
        answer = await self.stub.ConnectFound(request, metadata=self.calls.as_(self.person))
        return list(answer.results)


def _allow(shop: Shop, *provider_ids: str) -> str:
    """A code with which these pages may be connected."""
    code = f"code-{uuid4()}"
    shop.calls.platforms.codes[code] = f"token-{code}"
    shop.calls.platforms.connectable[f"token-{code}"] = [
        connections_pb2.Connectable(
            provider_id=one, name=f"Page {one[-4:]}", handle="@page", credentials={"access_token": SECRET}
        )
        for one in provider_ids
    ]
    return code


def _counted(step: str, result: str) -> float:
    return measured(f'frontdesk_connections_total{{channel="facebook",result="{result}",step="{step}"}}')


async def test_pages_that_a_person_allows_are_found_and_connected(shop: Shop) -> None:
    first, second, third = (new_provider_id() for _ in range(3))
    dialog = await Dialog(shop).open()
    assert "/v23.0/dialog/oauth?" in dialog.opened.authorize_url
    assert dialog.query["client_id"] == "900000000000001"
    assert dialog.query["redirect_uri"] == f"{PUBLIC_URL}/api/v1/connections/callback"
    assert "pages_messaging" in dialog.query["scope"]
    assert (await dialog.look()).state == "waiting"

    assert await dialog.come_back(_allow(shop, first, second, third)) == dialog.opened.id

    found = await dialog.look()
    assert (found.state, [one.provider_id for one in found.accounts]) == ("ready", [first, second, third])
    assert SECRET not in str(found)
    (exchanged,) = shop.calls.platforms.of(connections_pb2.ExchangeCodeRequest)
    assert exchanged.redirect_uri == dialog.query["redirect_uri"]

    results = await dialog.choose(first, third, "nobody's")
    assert [one.provider_id for one in results] == [first, third]
    assert {one.account.state for one in results} == {"active"}
    assert results[0].account.name == f"Page {first[-4:]} @page"
    subscribed = shop.calls.platforms.of(connections_pb2.SubscribeRequest)
    assert [one.account_id for one in subscribed] == [one.account.id for one in results]
    opened = await shop.calls.delivery.GetChannelCredentials(
        pb.GetChannelCredentialsRequest(account_id=results[0].account.id)
    )
    assert dict(opened.credentials) == {"access_token": SECRET}
    with refused("connection_not_found"):
        await dialog.look()
    assert {"connection.started", "channel_account.created"} <= {entry.action for entry in await shop.audit()}


async def test_what_is_connected_already_is_shown_and_refused_each_for_itself(shop: Shop) -> None:
    other, free, mine, theirs = await shop.calls.shop(), *(new_provider_id() for _ in range(3))
    account = await connect(shop, provider_id=mine)
    await connect(other, provider_id=theirs)
    dialog = await Dialog(shop).open()
    await dialog.come_back(_allow(shop, free, mine, theirs))
    assert [one.account_id for one in (await dialog.look()).accounts] == ["", account.id, ""]
    results = await dialog.choose(free, mine, theirs)
    assert [one.failure_code for one in results] == ["", "channel_account_connected", "channel_account_connected"]
    assert "another team" in results[2].failure_detail
    assert results[0].account.state == "active"


async def test_how_far_connections_come_is_counted(shop: Shop) -> None:
    steps = [("started", "ok"), ("came_back", "ok"), ("chosen", "ok"), ("chosen", "channel_account_connected")]
    before = [_counted(*step) for step in steps]
    free, mine = new_provider_id(), new_provider_id()
    await connect(shop, provider_id=mine)
    dialog = await Dialog(shop).open()
    await dialog.come_back(_allow(shop, free, mine))
    await dialog.choose(free, mine)
    assert [_counted(*step) for step in steps] == [count + 1 for count in before]


async def test_a_state_is_good_once(shop: Shop) -> None:
    dialog = await Dialog(shop).open()
    await dialog.come_back(_allow(shop, new_provider_id()))
    with refused("connection_not_found"):
        await dialog.come_back(_allow(shop, new_provider_id()))


@pytest.mark.promise(5)
async def test_another_browser_cannot_finish_what_this_one_began(shop: Shop) -> None:
    """Or somebody could make a stranger's pages their own, by sending that stranger to the dialog."""
    dialog, others = await Dialog(shop).open(), await Dialog(shop).open()
    code = _allow(shop, new_provider_id())
    for key in ("", "x", "\u00e9", others.opened.browser_key, dialog.opened.browser_key[:-4]):
        with refused("connection_not_found"):
            await dialog.come_back(code, browser_key=key)
    for state in ("", "x", others.query["state"], dialog.query["state"][:-2] + "AA"):
        with refused("connection_not_found"):
            await dialog.come_back(code, state=state)
    assert code in shop.calls.platforms.codes
    # Nothing of that has spent it.
    assert await dialog.come_back(code) == dialog.opened.id


@pytest.mark.promise(5)
async def test_only_the_session_that_began_sees_what_was_found(shop: Shop) -> None:
    dialog, other = await Dialog(shop).open(), await shop.calls.shop()
    await dialog.come_back(_allow(shop, new_provider_id()))
    colleague = await shop.add("admin")
    with refused("connection_not_found"):
        await dialog.look(by=colleague)
    with refused("connection_not_found"):
        await dialog.look(by=other.admin)
    with refused("connection_not_found"):
        await dialog.look(session_id=str(uuid4()))
    with refused("connection_not_found"):
        await dialog.look(session_id="x")
    assert (await dialog.look()).state == "ready"


async def test_it_stays_open_for_ten_minutes(shop: Shop) -> None:
    dialog, late = await Dialog(shop).open(), await Dialog(shop).open()
    shop.calls.stack.set_clock(590)
    await dialog.come_back(_allow(shop, new_provider_id()))
    shop.calls.stack.set_clock(601)
    with refused("connection_not_found"):
        await late.come_back(_allow(shop, new_provider_id()))
    with refused("connection_not_found"):
        await dialog.look()


@pytest.mark.parametrize("case", ["refused", "spent code", "no pages"])
async def test_why_nothing_came_of_it_is_told_to_the_session(shop: Shop, case: str) -> None:
    told = {"refused": "refused_by_person", "spent code": "failed_precondition", "no pages": "nothing_found"}
    before = _counted("came_back", told[case])
    dialog = await Dialog(shop).open()
    if case == "refused":
        await dialog.come_back(error="The person said no")
    else:
        await dialog.come_back("never given" if case == "spent code" else _allow(shop))
    seen = await dialog.look()
    assert _counted("came_back", told[case]) == before + 1
    assert (seen.state, seen.failure_code) == ("failed", told[case])
    with refused("connection_not_ready"):
        await dialog.choose("any")


@pytest.mark.parametrize(("channel", "code"), [("line", "invalid_argument"), ("pigeon", "invalid_argument")])
async def test_channels_without_a_dialog_have_none(shop: Shop, channel: str, code: str) -> None:
    with refused(code):
        await Dialog(shop, channel=channel).open()


@pytest.mark.rule(105)
async def test_who_may_not_manage_channels_opens_none(shop: Shop) -> None:
    with refused("permission_denied"):
        await Dialog(shop, await shop.add("cs_agent")).open()


@pytest.mark.promise(8)
async def test_what_was_found_lies_sealed(shop: Shop) -> None:
    dialog = await Dialog(shop).open()
    await dialog.come_back(_allow(shop, new_provider_id()))
    rows = await shop.calls.stack.database.fetch("SELECT t::text AS row FROM tenants.connections t")
    dump = "".join(row["row"] for row in rows)
    assert dialog.opened.id in dump
    for secret in (SECRET, SECRET.encode().hex(), dialog.query["state"], dialog.opened.browser_key):
        assert secret not in dump
