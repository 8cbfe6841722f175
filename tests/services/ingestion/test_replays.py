"""Replaying the ledger after a fix: several entries at once, the oldest first, and who did it is told."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from nats.aio.msg import Msg

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as stubs
from frontdesk.ingestion.v1.events_pb2 import LedgerReplayed
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.channels.line import messages
from libs.channels.line.inbound import KINDS, Kind
from libs.clock.stamps import timestamp
from libs.rpc.client import on_behalf
from libs.rpc.errors import FrontdeskError, UnavailableError
from services.ingestion.service.webhooks import WebhookService
from tests.services.ingestion.platform import LineAccount, Platform, body_of, text
from tests.support.inbound import unique
from tests.support.wait import eventually


@pytest.fixture
async def told(platform: Platform) -> list[LedgerReplayed]:
    """What is told of replays from now on."""
    facts: list[LedgerReplayed] = []

    async def hear(message: Msg) -> None:
        facts.append(LedgerReplayed.FromString(message.data))

    await platform.bus.subscribe("events.*.ingestion.ledger_replayed", hear)
    return facts


async def _recorded(platform: Platform, account: LineAccount, count: int) -> None:
    async def there() -> bool:
        return len(await platform.entries(account, "stored")) >= count

    await eventually(there, 20, f"{count} entries")


async def _replay(platform: Platform, account: LineAccount, **wanted: Any) -> list[pb.Replayed]:
    """Page after page, until there are no more."""
    request = pb.ReplayLedgerEntriesRequest(account_id=account.id, **wanted)
    pages: list[pb.Replayed] = []
    while True:
        answer = await platform.ledger.ReplayLedgerEntries(request)
        pages.append(answer.replayed)
        request.page_token = answer.next_page_token
        if not request.page_token:
            return pages


async def test_what_an_older_mapping_misread_is_passed_on_as_it_is_read_today(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = platform.account()

    def shouting(fields: Any, token: str) -> Any:
        meaning = messages.message(fields, token)
        meaning.text = meaning.text.upper()
        return meaning

    with monkeypatch.context() as older:
        older.setitem(KINDS, "message", Kind("message", shouting))
        await platform.call(account, text("one"), text("two"), {**text(), "type": "follow", "message": None})
    await _recorded(platform, account, 3)

    (page,) = await _replay(platform, account, kind="message", verdict="stored")

    assert (page.entries, page.published, list(page.failed)) == (2, 2, [])
    *before, first, second = await platform.heard(account, 5)
    assert [event.message.text for event in before if event.HasField("message")] == ["ONE", "TWO"]
    assert [(event.message.text, event.replayed) for event in (first, second)] == [("one", True), ("two", True)]
    assert first.dedup_key == before[0].dedup_key
    # Once what comes after them on their lane is written down, they would be.
    second.dedup_key, second.replayed = unique("later"), False
    await platform.bus.publish(platform.subjects(account)[-1], second, second.dedup_key, account.tenant_id)
    await _recorded(platform, account, 4)
    entries = await platform.entries(account, "stored")
    assert sorted(entry.HasField("replayed_at") for entry in entries) == [False, False, True, True]
    assert await platform.entries(account, "duplicate") == []


async def test_pages_go_on_where_the_last_one_ended_the_oldest_first(platform: Platform) -> None:
    account = platform.account()
    for number in range(5):
        await platform.call(account, text(f"{number}"))
    await _recorded(platform, account, 5)
    pages = await _replay(platform, account, page_size=2)
    assert [page.entries for page in pages] == [2, 2, 1]
    reached = [page.reached.ToNanoseconds() for page in pages]
    assert reached == sorted(reached)
    found = await platform.heard(account, 10)
    assert [event.message.text for event in found[5:]] == list("01234")


async def test_what_cannot_be_replayed_is_named_and_stops_nothing(platform: Platform) -> None:
    account = platform.account()
    await platform.call(account, {"type": "odd"})
    await platform.post(account, body_of(text("x" * 2000)), "forged")
    await platform.call(account, text("fine"))
    await _recorded(platform, account, 1)
    (page,) = await _replay(platform, account)
    assert (page.entries, page.published) == (1, 1)
    assert sorted(one.code for one in page.failed) == ["cannot_replay", "still_not_understood"]
    assert all(one.entry_id and one.message for one in page.failed)


@pytest.mark.promise(5)
async def test_nobody_vouches_for_forgeries_that_were_not_asked_for(platform: Platform) -> None:
    account = platform.account()
    forged = body_of(text("forged"))
    await platform.post(account, forged, "forged")
    (page,) = await _replay(platform, account)
    assert ([one.code for one in page.failed], page.published) == (["cannot_replay"], 0)
    (page,) = await _replay(platform, account, verdict="refused")
    assert (list(page.failed), page.published) == ([], 1)


@pytest.mark.parametrize("moment", ["before", "from"])
async def test_a_span_of_time_is_meant(platform: Platform, moment: str) -> None:
    account = platform.account()
    await platform.call(account, text("early"))
    await _recorded(platform, account, 1)
    between: Timestamp = timestamp(datetime.now(UTC) + timedelta(milliseconds=1))
    await eventually(lambda: datetime.now(UTC) > between.ToDatetime(UTC))
    await platform.call(account, text("late"))
    await _recorded(platform, account, 2)
    wanted: dict[str, Any] = {"received_before" if moment == "before" else "received_from": between}
    listed = await platform.ledger.ListLedgerEntries(pb.ListLedgerEntriesRequest(account_id=account.id, **wanted))
    assert len(listed.entries) == 1
    assert [page.entries for page in await _replay(platform, account, **wanted)] == [1]
    assert (await platform.heard(account, 3))[-1].message.text == ("early" if moment == "before" else "late")


@pytest.mark.promise(5)
async def test_a_teammate_replays_the_own_tenants_and_is_named(platform: Platform, told: list[LedgerReplayed]) -> None:
    account, other = platform.account(), platform.account()
    for one in (account, other):
        await platform.call(one, text("mine"))
        await _recorded(platform, one, 1)
    claims = TeammateClaims(uuid4(), "admin", ROLE_PERMISSIONS["admin"], 1)
    mine = on_behalf(platform.stack.issuer(), "ingestion", account.tenant_id, claims)
    stub = stubs.AccountLedgerServiceStub(platform.stack.channel("ingestion"))

    answer = await stub.ReplayAccountLedgerEntries(
        pb.ReplayAccountLedgerEntriesRequest(verdict="stored"), metadata=mine
    )
    (entry,) = await platform.entries(account, "stored")
    await stub.ReplayAccountLedgerEntry(pb.ReplayAccountLedgerEntryRequest(entry_id=entry.id), metadata=mine)
    await platform.replay(entry)

    assert (answer.replayed.entries, answer.next_page_token) == (1, "")
    assert len(platform.published(other)) == 1
    await eventually(lambda: len(told) >= 3, what="three replays told")
    several, single, by_operator = told
    assert [fact.tenant_id for fact in told] == [str(account.tenant_id)] * 3
    assert (several.actor_id, several.entry_id, several.entries) == (str(claims.id), "", 1)
    assert dict(several.wanted) == {"verdict": "stored"}
    assert (single.actor_id, single.entry_id, single.published) == (str(claims.id), entry.id, 1)
    assert by_operator.actor_id == ""
    (entry,) = await platform.entries(account, "stored")
    assert entry.replayed_by == ""


@pytest.mark.promise(5)
async def test_each_tenant_is_told_of_its_own_entries_alone(platform: Platform, told: list[LedgerReplayed]) -> None:
    one, other = platform.account(), platform.account()
    since = timestamp(datetime.now(UTC))
    await platform.call(one, text(), text())
    await platform.call(other, text())
    await _recorded(platform, one, 2)
    await _recorded(platform, other, 1)
    await platform.ledger.ReplayLedgerEntries(pb.ReplayLedgerEntriesRequest(verdict="stored", received_from=since))
    assert await _told(told, one, other) == {one.id: (2, 2), other.id: (1, 1)}


@pytest.mark.promise(7)
async def test_an_entry_that_fails_for_a_fault_of_ours_is_named_and_stops_nothing(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = platform.account()
    await platform.call(account, text("odd"), text("fine"))
    await _recorded(platform, account, 2)
    monkeypatch.setattr(WebhookService, "read", _failing_at("odd", RuntimeError("a fault of ours")))
    (page,) = await _replay(platform, account)
    assert (page.entries, [one.code for one in page.failed]) == (1, ["fault"])
    assert "ours" not in page.failed[0].message
    assert [event.message.text for event in (await platform.heard(account, 3))[2:]] == ["fine"]


async def test_what_an_outage_cuts_short_is_told_all_the_same(
    platform: Platform, told: list[LedgerReplayed], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = platform.account()
    await platform.call(account, text("done"), text("cut short"))
    await _recorded(platform, account, 2)
    monkeypatch.setattr(WebhookService, "read", _failing_at("cut short", UnavailableError("Not now.")))
    with pytest.raises(UnavailableError):
        await _replay(platform, account)
    assert await _told(told, account) == {account.id: (1, 1)}


@pytest.mark.promise(7)
async def test_what_is_replayed_counts_towards_no_quota(platform: Platform) -> None:
    account = platform.account(quota=2)
    await platform.call(account, text())
    await _recorded(platform, account, 1)
    for _ in range(2):
        await _replay(platform, account, verdict="stored")
    await platform.call(account, text())
    await platform.heard(account, 4)
    assert [subject.split(".")[1] for subject in platform.subjects(account)] == ["live", "bulk", "bulk", "live"]


async def _told(told: list[LedgerReplayed], *accounts: LineAccount) -> dict[str, tuple[int, int]]:
    """How many entries were told of each account's tenant, and events, once something was told of all."""
    mine = {str(account.tenant_id): account.id for account in accounts}
    await eventually(lambda: mine.keys() <= {fact.tenant_id for fact in told}, what="all told")
    return {mine[fact.tenant_id]: (fact.entries, fact.published) for fact in told if fact.tenant_id in mine}


def _failing_at(words: str, error: Exception) -> Callable[..., Awaitable[Any]]:
    """WebhookService.read, but for an event with these words in it."""
    real = WebhookService.read

    async def read(self: WebhookService, channel: Any, account: Any, events: Any, at: datetime) -> Any:
        if any(words.encode() in event.raw for event in events):
            raise error
        return await real(self, channel, account, events, at)

    return read


@pytest.mark.promise(5)
async def test_only_who_may_see_it_replays_it(platform: Platform) -> None:
    stub = stubs.LedgerServiceStub(platform.stack.channel("ingestion", "gateway"))
    with pytest.raises(FrontdeskError) as error:
        await stub.ReplayLedgerEntries(pb.ReplayLedgerEntriesRequest())
    assert error.value.code == "permission_denied"
