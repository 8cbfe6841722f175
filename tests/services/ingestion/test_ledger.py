"""What was refused or parked: listed, shown, replayed by the operator, and bounded."""

import json
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as stubs
from libs.channels.line import happenings
from libs.channels.line.inbound import KINDS, Kind
from libs.rpc.errors import FrontdeskError
from tests.services.ingestion.platform import LineAccount, Platform, body_of, text


@pytest.fixture
def unknown() -> dict[str, Any]:
    """An event of a type nobody here knows yet."""
    return text(type="hologram", hologram={"height": 3})


async def _refused(platform: Platform, account: LineAccount, body: bytes = b"x") -> pb.LedgerEntry:
    await platform.post(account, body, "forged")
    return (await platform.entries(account, "refused"))[0]


async def test_what_is_parked_waits_with_its_bytes_and_reason(platform: Platform, unknown: dict[str, Any]) -> None:
    account = platform.account()
    before = datetime.now(UTC)
    await platform.call(account, text(), unknown)
    (entry,) = await platform.entries(account)
    assert (entry.verdict, entry.reason, entry.channel) == ("parked", "unknown_event_type", "line")
    assert entry.tenant_id == str(account.tenant_id)
    assert not entry.truncated
    assert before <= entry.received_at.ToDatetime(UTC) <= datetime.now(UTC)
    assert json.loads(await platform.body(entry)) == unknown
    assert entry.size_bytes == len(await platform.body(entry))
    assert not entry.HasField("replayed_at")


async def test_what_is_parked_is_replayed_once_the_code_has_learnt_it(
    platform: Platform, unknown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = platform.account()
    await platform.call(account, unknown)
    (entry,) = await platform.entries(account)
    with pytest.raises(FrontdeskError) as error:
        await platform.replay(entry)
    assert error.value.code == "still_not_understood"
    assert not (await platform.entries(account))[0].HasField("replayed_at")
    monkeypatch.setitem(KINDS, "hologram", Kind("notice", happenings.notice("hologram")))
    assert await platform.replay(entry) == 1
    (published,) = await platform.heard(account, 1)
    assert published.notice.kind == "hologram"
    assert published.occurred_at.ToMilliseconds() == unknown["timestamp"]
    assert (await platform.entries(account))[0].HasField("replayed_at")


async def test_a_refused_call_is_replayed_on_the_operators_word(platform: Platform) -> None:
    account = platform.account()
    entry = await _refused(platform, account, body_of(text("one"), text("two")))
    assert entry.reason == "bad_signature"
    assert await platform.replay(entry) == 2
    assert [event.message.text for event in await platform.heard(account, 2)] == ["one", "two"]


async def test_a_refused_call_with_one_odd_event_is_not_replayed_in_part(platform: Platform) -> None:
    account = platform.account()
    entry = await _refused(platform, account, body_of(text(), {"type": "hologram"}))
    with pytest.raises(FrontdeskError) as error:
        await platform.replay(entry)
    assert error.value.code == "still_not_understood"
    assert platform.published(account) == []


async def test_what_was_kept_in_part_cannot_be_replayed(platform: Platform) -> None:
    account = platform.account()
    entry = await _refused(platform, account, body_of(text("x" * 2000)))
    assert (entry.truncated, len(await platform.body(entry))) == (True, 1000)
    with pytest.raises(FrontdeskError) as error:
        await platform.replay(entry)
    assert error.value.code == "cannot_replay"


async def test_a_call_for_an_account_that_is_gone_cannot_be_replayed(platform: Platform) -> None:
    stranger = LineAccount()
    await platform.call(stranger, text())
    (entry,) = await platform.entries(stranger)
    assert (entry.tenant_id, entry.reason) == ("", "unknown_account")
    with pytest.raises(FrontdeskError) as error:
        await platform.replay(entry)
    assert error.value.code == "cannot_replay"


@pytest.mark.parametrize("entry_id", ["", "x", "01900000-0000-7000-8000-00000000dead"])
async def test_what_is_no_entry_is_not_there(platform: Platform, entry_id: str) -> None:
    for call in (platform.body(pb.LedgerEntry(id=entry_id)), platform.replay(pb.LedgerEntry(id=entry_id))):
        with pytest.raises(FrontdeskError) as error:
            await call
        assert error.value.code == "ledger_entry_not_found"


async def test_entries_are_paged_newest_first(platform: Platform) -> None:
    account = platform.account()
    for number in range(7):
        await platform.call(account, {"type": f"odd{number}"})
    await _refused(platform, account)
    seen, token = list[pb.LedgerEntry](), ""
    while True:
        request = pb.ListLedgerEntriesRequest(account_id=account.id, verdict="parked", page_size=3, page_token=token)
        page = await platform.ledger.ListLedgerEntries(request)
        seen += page.entries
        token = page.next_page_token
        if not token:
            break
    bodies = [json.loads(await platform.body(entry))["type"] for entry in seen]
    assert bodies == [f"odd{number}" for number in range(6, -1, -1)]
    assert (await platform.entries(account))[0].verdict == "refused"
    everything = await platform.ledger.ListLedgerEntries(pb.ListLedgerEntriesRequest(page_size=2))
    assert [entry.id for entry in everything.entries] == [entry.id for entry in await platform.entries(account)][:2]


@pytest.mark.parametrize("token", ["x", "WyJ4Il0", "W10"])
async def test_a_page_token_nobody_gave_is_refused(platform: Platform, token: str) -> None:
    with pytest.raises(FrontdeskError) as error:
        await platform.ledger.ListLedgerEntries(pb.ListLedgerEntriesRequest(page_token=token))
    assert error.value.status == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.promise(5)
@pytest.mark.parametrize("identity", ["gateway", "conversations", "delivery", "tenants"])
async def test_only_the_operator_reads_it(platform: Platform, identity: str) -> None:
    stub = stubs.LedgerServiceStub(platform.stack.channel("ingestion", identity))
    for call in (
        stub.ListLedgerEntries(pb.ListLedgerEntriesRequest()),
        stub.GetLedgerEntry(pb.GetLedgerEntryRequest(entry_id="x")),
        stub.ReplayLedgerEntry(pb.ReplayLedgerEntryRequest(entry_id="x")),
    ):
        with pytest.raises(FrontdeskError) as error:
            await call
        assert error.value.code == "permission_denied"


async def test_a_forger_fills_no_disk_and_hides_nobody_elses_trouble(platform: Platform) -> None:
    attacked, other = platform.account(), platform.account()
    body = b"x" * 400_000
    for _ in range(60):
        assert (await platform.post(attacked, body, "forged")).status_code == 401
    entries = await platform.entries(attacked)
    # A burst of 20, then two a minute.
    assert 20 <= len(entries) <= 22
    kept = await platform.stack.database.fetch(
        "SELECT sum(octet_length(body)) AS bytes FROM ingestion.ledger WHERE account_id = $1", attacked.id
    )
    assert kept[0]["bytes"] == len(entries) * 1000
    assert (await _refused(platform, other)).reason == "bad_signature"
    assert (await platform.call(attacked, text())).status_code == 200


async def test_a_forger_of_accounts_fills_no_disk(platform: Platform) -> None:
    strangers = [LineAccount() for _ in range(60)]
    for stranger in strangers:
        assert (await platform.call(stranger, text())).status_code == 404
    kept = [stranger for stranger in strangers if await platform.entries(stranger)]
    assert len(kept) <= 21
