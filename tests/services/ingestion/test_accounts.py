"""Whose secret signs: asked for once, dropped when it changes, remembered while the tenants service is away."""

import asyncio
import base64
import random
from collections.abc import AsyncIterator

import pytest

from tests.services.ingestion.platform import LineAccount, Platform, body_of, sign, text
from tests.support.wait import eventually

# LINE waits 2 s. A hung server that were waited for would cost ten times this; a busy machine costs less.
_NOT_HUNG_SECONDS = 20.0


@pytest.fixture
async def away(platform: Platform) -> AsyncIterator[Platform]:
    """The tenants service is away until the test calls it back."""
    await platform.tenants.stop()
    yield platform
    if not platform.tenants.running:
        await platform.tenants.start()
    platform.stack.set_clock(0)
    await eventually(lambda: _settled(platform), what="kept calls settled")


async def _settled(platform: Platform) -> bool:
    return await _waiting(platform) == 0


async def _waiting(platform: Platform) -> int:
    rows = await platform.stack.database.fetch("SELECT count(*) AS n FROM ingestion.unverified")
    return int(rows[0]["n"])


async def test_an_account_is_asked_for_once(platform: Platform) -> None:
    account = platform.account()
    answers = await asyncio.gather(*(platform.call(account, text()) for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert platform.tenants.asked.count(account.id) == 1


async def test_an_unknown_account_is_not_asked_for_again_at_once(platform: Platform) -> None:
    stranger = LineAccount()
    for _ in range(5):
        assert (await platform.call(stranger, text())).status_code == 404
    assert platform.tenants.asked.count(stranger.id) == 1
    platform.stack.set_clock(31)
    try:
        await platform.call(stranger, text())
    finally:
        platform.stack.set_clock(0)
    assert platform.tenants.asked.count(stranger.id) == 2


async def test_a_new_secret_counts_at_once(platform: Platform) -> None:
    account = platform.account()
    assert (await platform.call(account, text())).status_code == 200
    before = account.secret
    await platform.change(account, secret="quite another secret")
    await eventually(lambda: _accepted(platform, account), what="the new secret is accepted")
    body = body_of(text())
    assert (await platform.post(account, body, sign(before, body))).status_code == 401


async def _accepted(platform: Platform, account: LineAccount) -> bool:
    return (await platform.call(account, text())).status_code == 200


async def test_a_connected_account_is_there_at_once(platform: Platform) -> None:
    account = LineAccount()
    assert (await platform.call(account, text())).status_code == 404
    platform.tenants.accounts[account.id] = account
    await platform.change(account)
    await eventually(lambda: _accepted(platform, account), what="the account is known")


async def test_a_disconnected_account_is_gone_at_once(platform: Platform) -> None:
    account = platform.account()
    assert (await platform.call(account, text())).status_code == 200
    del platform.tenants.accounts[account.id]
    await platform.change(account)

    async def gone() -> bool:
        return (await platform.call(account, text())).status_code == 404

    await eventually(gone, what="the account is gone")


@pytest.mark.promise(1)
async def test_a_known_account_is_served_for_a_day_while_the_tenants_service_is_away(away: Platform) -> None:
    await away.tenants.start()
    account = away.account()
    await away.call(account, text())
    await away.heard(account, 1)
    await away.tenants.stop()
    for hours in (0.1, 1, 23):
        away.stack.set_clock(hours * 3600)
        async with asyncio.timeout(_NOT_HUNG_SECONDS):
            assert (await away.call(account, text())).status_code == 200
    await away.heard(account, 4)
    # Nor does a change that cannot be asked about make it forget.
    await away.change(account)
    assert (await away.call(account, text())).status_code == 200
    await away.heard(account, 5)


@pytest.mark.promise(1)
async def test_what_cannot_be_verified_is_kept_and_settled_in_order(away: Platform) -> None:
    account = away.account()
    for number in range(12):
        answer = await away.call(account, text(str(number)))
        assert answer.status_code == 200
    assert await _waiting(away) == 12
    assert away.published(account) == []
    await away.tenants.start()
    published = await away.heard(account, 12)
    assert [event.message.text for event in published] == [str(number) for number in range(12)]
    await eventually(lambda: _settled(away))


async def test_what_was_kept_is_verified_then(away: Platform) -> None:
    account, stranger = away.account(), LineAccount()
    assert (await away.post(account, body_of(text("forged")), "forged")).status_code == 200
    assert (await away.post(account, b"no webhook")).status_code == 200
    assert (await away.call(stranger, text())).status_code == 200
    assert (await away.call(account, text("genuine"), {"type": "odd"})).status_code == 200
    await away.tenants.start()
    (published,) = await away.heard(account, 1)
    assert published.message.text == "genuine"
    await eventually(lambda: _settled(away))
    assert sorted(entry.reason for entry in await away.entries(account)) == [
        "bad_signature",
        "not_json",
        "unknown_event_type",
    ]
    assert [entry.reason for entry in await away.entries(stranger)] == ["unknown_account"]


async def test_a_redelivery_of_what_was_kept_is_stored_once(away: Platform) -> None:
    account, event = away.account(), text()
    for _ in range(3):
        await away.call(account, event)
    await away.tenants.start()
    await eventually(lambda: _settled(away))
    keys = {published.dedup_key for published in away.published(account)}
    assert len(keys) == 1


async def test_what_is_kept_unverified_is_bounded(away: Platform) -> None:
    account = away.account()
    # Such as no compression makes smaller; 2,000,000 bytes may wait.
    long = base64.b64encode(random.Random(1).randbytes(300_000)).decode()
    statuses = [(await away.call(account, text(long))).status_code for _ in range(8)]
    kept = statuses.count(200)
    assert kept in (5, 6)
    assert statuses == [200] * kept + [503] * (8 - kept)
    await away.tenants.start()
    await away.heard(account, kept)
    # The room is free again.
    await eventually(lambda: _settled(away))
    await away.tenants.stop()
    other = away.account()
    assert (await away.call(other, text(long))).status_code == 200


async def test_a_tenants_service_that_hangs_costs_nobody_the_answer(platform: Platform) -> None:
    known, unknown = platform.account(), platform.account()
    await platform.call(known, text())
    platform.stack.set_clock(400)
    try:
        with platform.tenants.hanging():
            for account in (known, unknown, known, unknown):
                async with asyncio.timeout(_NOT_HUNG_SECONDS):
                    assert (await platform.call(account, text())).status_code == 200
    finally:
        platform.stack.set_clock(0)
    await platform.heard(unknown, 2)
    await platform.heard(known, 3)
