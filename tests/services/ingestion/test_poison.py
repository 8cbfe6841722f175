"""Kept calls that cannot be dealt with: they hold up nobody's, are set aside whole, and come in after a fix."""

import json
from collections.abc import AsyncIterator

import pytest

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from libs.clock.clock import SystemClock
from libs.clock.ids import new_id
from tests.services.ingestion.platform import LineAccount, Platform, body_of, sign, text
from tests.support.measured import measured
from tests.support.wait import eventually


@pytest.fixture
async def away(platform: Platform) -> AsyncIterator[Platform]:
    """The tenants service is away at first."""
    await platform.tenants.stop()
    yield platform
    if not platform.tenants.running:
        await platform.tenants.start()


def _parked(channel: str) -> float:
    return measured(f'frontdesk_webhook_events_total{{channel="{channel}",verdict="parked"}}')


async def _keep(platform: Platform, account: LineAccount, channel: str, body: bytes) -> None:
    """As a version kept it that knew a channel more."""
    headers = json.dumps([["x-line-signature", sign(account.secret, body)]])
    await platform.stack.database.fetch(
        "INSERT INTO ingestion.unverified (id, channel, account_id, headers, body, received_at)"
        " VALUES ($1, $2, $3, $4::jsonb, $5, now())",
        new_id(SystemClock()),
        channel,
        account.id,
        headers,
        body,
    )


async def _set_aside(platform: Platform, account: LineAccount) -> pb.LedgerEntry:
    """The entry of the account's call, once it is there."""

    async def parked() -> list[pb.LedgerEntry]:
        return await platform.entries(account, "parked")

    (entry,) = await eventually(parked, 20, "the entry")
    return entry


@pytest.mark.promise(1, 7)
async def test_a_call_that_fails_is_set_aside_and_others_go_on(away: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingestion.service.unverified._MOST_FAILURES", 2)
    odd, other, body = away.account(), away.account(), body_of(text("set aside"))
    before = _parked("pager")
    await _keep(away, odd, "pager", body)
    assert (await away.call(other, text("goes on"))).status_code == 200
    await away.tenants.start()
    (published,) = await away.heard(other, 1)
    assert published.message.text == "goes on"
    entry = await _set_aside(away, odd)
    assert (entry.reason, entry.size_bytes, entry.truncated) == ("fault", len(body), False)
    assert await away.body(entry) == body
    assert _parked("pager") == before + 1
    assert await away.stack.database.fetch("SELECT FROM ingestion.unverified") == []


async def test_what_was_set_aside_comes_in_after_a_fix(away: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingestion.service.unverified._MOST_FAILURES", 1)
    account = away.account()
    await _keep(away, account, "pager", body_of(text("late")))
    await away.tenants.start()
    entry = await _set_aside(away, account)
    # The version with the fix knows the channel.
    await away.stack.database.fetch("UPDATE ingestion.ledger SET channel = 'line' WHERE account_id = $1", account.id)
    assert await away.replay(entry) == 1
    (published,) = await away.heard(account, 1)
    assert published.message.text == "late"


@pytest.mark.promise(7)
async def test_an_account_of_which_nobody_can_tell_holds_up_no_other(away: Platform) -> None:
    locked, other = away.account(), away.account()
    away.tenants.broken.add(locked.id)
    for number in range(3):
        await away.taken(locked, text(str(number)))
    await away.taken(other, text("goes on"))
    await away.tenants.start()
    await away.heard(other, 1)
    assert away.published(locked) == []
    away.tenants.broken.clear()
    published = await away.heard(locked, 3, 20)
    assert [event.message.text for event in published] == ["0", "1", "2"]
