"""What was passed on is in the ledger, too: with its bytes, once, and ready to be passed on again."""

import json
from uuid import UUID, uuid4

import pytest

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as stubs
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.bus.messages import Outgoing
from libs.channels.line import happenings
from libs.channels.line.inbound import KINDS, Kind
from libs.rpc.client import Metadata, on_behalf
from libs.rpc.errors import FrontdeskError
from tests.services.ingestion import pages
from tests.services.ingestion.platform import LineAccount, Platform, body_of, sign, text
from tests.support.inbound import unique
from tests.support.wait import eventually


def _as(platform: Platform, tenant_id: UUID) -> Metadata:
    """An admin of this tenant."""
    claims = TeammateClaims(uuid4(), "admin", ROLE_PERMISSIONS["admin"], 1)
    return on_behalf(platform.stack.issuer(), "ingestion", tenant_id, claims)


def _stub(platform: Platform) -> stubs.AccountLedgerServiceStub:
    return stubs.AccountLedgerServiceStub(platform.stack.channel("ingestion"))


async def _recorded(platform: Platform, account: LineAccount, verdict: str, count: int) -> list[pb.LedgerEntry]:
    """Entries of this verdict, once there are so many."""

    async def there() -> bool:
        return len(await platform.entries(account, verdict)) >= count

    await eventually(there, 20, f"{count} entries {verdict}")
    found = await platform.entries(account, verdict)
    assert len(found) == count
    return found


async def test_what_was_passed_on_is_written_down_with_its_bytes(platform: Platform) -> None:
    account = platform.account()
    first, second = text("哈囉"), {**text(), "type": "follow", "message": None}
    await platform.call(account, first)
    await platform.call(account, second)

    newest, oldest = await _recorded(platform, account, "stored", 2)

    assert (oldest.kind, newest.kind) == ("message", "followed")
    assert (oldest.tenant_id, oldest.channel, oldest.reason) == (str(account.tenant_id), "line", "")
    assert json.loads(await platform.body(oldest)) == first
    assert oldest.size_bytes == len(await platform.body(oldest))


async def test_both_lanes_are_written_down(platform: Platform) -> None:
    one = pages.page(platform)
    await pages.post(platform, pages.body_of(pages.entry(one.provider_id, pages.delivered(), pages.written())))
    assert {entry.kind for entry in await _recorded(platform, one, "stored", 2)} == {"receipt", "message"}


@pytest.mark.promise(2)
async def test_what_comes_again_is_a_duplicate(platform: Platform) -> None:
    account, event = platform.account(), text()
    await platform.call(account, event)
    again = {**event, "deliveryContext": {"isRedelivery": True}}
    await platform.call(account, again)
    (duplicate,) = await _recorded(platform, account, "duplicate", 1)
    assert json.loads(await platform.body(duplicate)) == again
    await _recorded(platform, account, "stored", 1)


async def test_what_comes_again_much_later_is_one_too(platform: Platform) -> None:
    """When the broker has forgotten its key."""
    account = platform.account()
    old = text(timestamp=1_700_000_000_000)
    await platform.call(account, old)
    (first,) = await _recorded(platform, account, "stored", 1)
    (event,) = await platform.heard(account, 1)
    late = Outgoing.of(platform.subjects(account)[0], event, unique("late"), account.tenant_id)
    await platform.bus.publish_raw(late)
    (second,) = await _recorded(platform, account, "duplicate", 1)
    assert second.id != first.id


async def test_a_stored_event_is_passed_on_again_under_the_key_it_had(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, event = platform.account(), text(type="follow", message=None)
    await platform.call(account, event)
    (entry,) = await _recorded(platform, account, "stored", 1)
    monkeypatch.setitem(KINDS, "follow", Kind("notice", happenings.notice("mapped_right_now")))

    assert await platform.replay(entry) == 1

    before, after = await platform.heard(account, 2)
    assert (before.HasField("followed"), after.notice.kind) == (True, "mapped_right_now")
    assert before.dedup_key == after.dedup_key
    assert (before.replayed, after.replayed) == (False, True)
    assert platform.subjects(account)[-1].split(".")[1] == "bulk"
    (replayed,) = await platform.entries(account, "stored")
    assert (replayed.id, replayed.kind, replayed.replayed_by) == (entry.id, "notice", "")
    assert replayed.HasField("replayed_at")


async def test_the_list_holds_all_verdicts_newest_first_in_pages(platform: Platform) -> None:
    account = platform.account()
    await platform.call(account, text())
    await _recorded(platform, account, "stored", 1)
    await platform.post(account, b"x", "forged")
    await platform.call(account, {"type": "odd"})
    await platform.call(account, text())
    await _recorded(platform, account, "stored", 2)
    found: list[pb.LedgerEntry] = []
    token = ""
    while len(found) < 4:
        request = pb.ListLedgerEntriesRequest(account_id=account.id, page_size=1, page_token=token)
        page = await platform.ledger.ListLedgerEntries(request)
        found += page.entries
        token = page.next_page_token
    assert token == ""
    assert [entry.verdict for entry in found] == ["stored", "parked", "refused", "stored"]


@pytest.mark.promise(5)
async def test_a_tenant_sees_and_replays_its_own_alone(platform: Platform) -> None:
    account, other = platform.account(), platform.account()
    await platform.call(account, text(), {"type": "odd"})
    await _recorded(platform, account, "stored", 1)
    stub = _stub(platform)
    mine, theirs = _as(platform, account.tenant_id), _as(platform, other.tenant_id)

    seen = (await stub.ListAccountLedgerEntries(pb.ListAccountLedgerEntriesRequest(), metadata=mine)).entries

    assert sorted(entry.verdict for entry in seen) == ["parked", "stored"]
    nothing = pb.ListAccountLedgerEntriesRequest(account_id=account.id)
    assert not (await stub.ListAccountLedgerEntries(nothing, metadata=theirs)).entries
    for entry in seen:
        shown = await stub.GetAccountLedgerEntry(pb.GetAccountLedgerEntryRequest(entry_id=entry.id), metadata=mine)
        assert shown.body
        for call in (
            stub.GetAccountLedgerEntry(pb.GetAccountLedgerEntryRequest(entry_id=entry.id), metadata=theirs),
            stub.ReplayAccountLedgerEntry(pb.ReplayAccountLedgerEntryRequest(entry_id=entry.id), metadata=theirs),
        ):
            with pytest.raises(FrontdeskError) as error:
                await call
            assert error.value.code == "ledger_entry_not_found"


async def test_a_teammate_replays_a_refused_call_once_its_secret_is_right(platform: Platform) -> None:
    account = platform.account()
    body = body_of(text("signed with the new secret"))
    await platform.post(account, body, sign("the new secret", body))
    (entry,) = await platform.entries(account, "refused")
    request = pb.ReplayAccountLedgerEntryRequest(entry_id=entry.id)
    stub, mine = _stub(platform), _as(platform, account.tenant_id)
    with pytest.raises(FrontdeskError) as error:
        await stub.ReplayAccountLedgerEntry(request, metadata=mine)
    assert error.value.code == "cannot_replay"
    assert platform.published(account) == []

    await platform.change(account, secret="the new secret")

    async def replayed() -> bool:
        try:
            return bool((await stub.ReplayAccountLedgerEntry(request, metadata=mine)).published == 1)
        except FrontdeskError:
            return False

    await eventually(replayed, what="the new secret is known")
    (published,) = await platform.heard(account, 1)
    assert published.message.text == "signed with the new secret"


async def test_what_came_before_its_account_is_that_accounts_own_once_it_is_connected(platform: Platform) -> None:
    one = pages.Page()
    await pages.post(platform, pages.body_of(pages.entry(one.provider_id, pages.written("early"))))
    platform.tenants.accounts[one.id] = one
    await platform.change(one)
    stub, mine = _stub(platform), _as(platform, one.tenant_id)

    async def claimed() -> bool:
        return (
            len((await stub.ListAccountLedgerEntries(pb.ListAccountLedgerEntriesRequest(), metadata=mine)).entries) == 1
        )

    await eventually(claimed, what="the entry is its own")
    (entry,) = (await stub.ListAccountLedgerEntries(pb.ListAccountLedgerEntriesRequest(), metadata=mine)).entries
    assert (entry.account_id, entry.reason) == (one.id, "unknown_account")
    await stub.ReplayAccountLedgerEntry(pb.ReplayAccountLedgerEntryRequest(entry_id=entry.id), metadata=mine)
    (published,) = await platform.heard(one, 1)
    assert published.message.text == "early"


async def test_when_an_account_was_heard_of_last_is_known(platform: Platform) -> None:
    account, silent = platform.account(), platform.account()
    await platform.call(account, text())
    await _recorded(platform, account, "stored", 1)
    stub = _stub(platform)

    async def health(of: LineAccount) -> list[pb.AccountHealth]:
        answer = await stub.ListAccountHealth(pb.ListAccountHealthRequest(), metadata=_as(platform, of.tenant_id))
        return list(answer.accounts)

    (heard,) = await health(account)
    (entry,) = await platform.entries(account, "stored")
    assert (heard.account_id, heard.last_event_at, heard.redelivers) == (account.id, entry.received_at, False)
    assert await health(silent) == []
    await platform.call(account, text(deliveryContext={"isRedelivery": True}))

    async def redelivers() -> bool:
        return (await health(account))[0].redelivers

    await eventually(redelivers, what="redelivery was seen")
